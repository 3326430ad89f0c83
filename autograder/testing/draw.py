"""Fresh inputs for each run, drawn from a seed that the report names: hard-coded answers do not survive them."""

from __future__ import annotations

import random

_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnpr" for vowel in "aeio"]


class Draw(random.Random):
    """A `random.Random` with the kinds of input that exercises need."""

    def word(self) -> str:
        """Return a made-up lower-case word with a number, such as ``lodi27``."""
        return "".join(self.choices(_SYLLABLES, k=self.randint(2, 3))) + str(self.randint(10, 99))

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

    def number(self, low: int, high: int) -> int:
        """Return an integer between the two, both included."""
        return self.randint(low, high)
