"""Fresh inputs for each run, drawn from a seed that the report names: hard-coded answers do not survive them."""

from __future__ import annotations

import random

_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnpr" for vowel in "aeio"]


class Draw(random.Random):
    """A `random.Random` with the kinds of input that exercises need."""

    def word(self) -> str:
        """Return a made-up word with a number, such as ``loDI27``; of mixed case, so that changing it shows."""
        small, large = (
            "".join(self.choices(_SYLLABLES, k=self.randint(1, 2))),
            self.choice(_SYLLABLES).upper(),
        )
        return f"{small}{large}{self.randint(10, 99)}"

    def words(self, count: int) -> list[str]:
        """Return ``count`` different words."""
        found: list[str] = []
        while len(found) < count:
            word = self.word()
            if word not in found:
                found.append(word)
        return found

    def url(self) -> str:
        """Return a made-up database address."""
        return f"db://{self.word()}/{self.word()}"

    def seconds(self, low: float, high: float, step: float = 0.001) -> float:
        """Return a number of seconds between the two, a multiple of ``step``."""
        return round(self.randint(round(low / step), round(high / step)) * step, 9)

    def number(self, low: int, high: int) -> int:
        """Return an integer between the two, both included."""
        return self.randint(low, high)
