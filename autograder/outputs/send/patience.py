"""How long to wait for a server, and how often to ask it again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from autograder.errors import GraderError

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_LONGEST_WISH = 600.0
"""Seconds that a server may ask us to wait; for more, a person had better come back later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Times in seconds. Tests replace ``sleep`` and ``draw``."""

    timeout: float = 60.0
    """For one answer."""
    connect: float = 10.0
    """For the connection itself."""
    tries: int = 6
    sleep: Callable[[float], None] = time.sleep
    draw: Callable[[], float] = random.random
    """A number from 0 to 1: many clients that were turned away together do not come back together."""

    def pause(self, number: int, wish: float | None = None) -> None:
        """Wait after the try with this number, counted from 0; at least as long as the server wishes.

        Raise `GraderError` if it wishes for more than ten minutes.
        """
        if wish is not None and wish > _LONGEST_WISH:
            raise GraderError(
                f"the server asks to wait {wish:.0f} seconds. Run the same command again after that: it goes on where "
                "this one has stopped."
            )
        longest = min(_FIRST_PAUSE * 2.0**number, _LONGEST_PAUSE)
        self.sleep(max(longest * (0.5 + 0.5 * self.draw()), wish or 0.0))
