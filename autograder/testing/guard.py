"""The last guard of the trusted side: a hidden test that blocks this process for real is stopped and never passes.

pytest-timeout decides when (one limit for set-up, body and clean-up of a test) and this acts. Its own action would not
do: it raises once, and where that hits a background task or a callback, asyncio files it away and the test goes on.
"""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from .clock import World
from .failures import SuiteHung

_AGAIN_SECONDS = 2.0


class Guard:
    """An alarm that goes on ringing until the test's body has ended."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seconds = 0.0
        self._before: Any = None

    def install(self) -> None:
        """Take the alarm signal over for a session; only in the main thread."""
        self._before = signal.signal(signal.SIGALRM, self._ring)

    def remove(self) -> None:
        """Give the alarm signal back."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._before)

    def start(self, seconds: float) -> None:
        """Watch a test from now on."""
        self._seconds = seconds
        self._world.hung = False
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)

    def phase_ended(self) -> bool:
        """Tell whether set-up, body or clean-up was stopped; what comes after it gets as much time again."""
        hung, self._world.hung = self._world.hung, False
        if hung:
            signal.setitimer(signal.ITIMER_REAL, self._seconds, _AGAIN_SECONDS)
        return hung

    def stop(self) -> None:
        """Watch no more."""
        signal.setitimer(signal.ITIMER_REAL, 0)

    def error(self) -> SuiteHung:
        """Say what happened."""
        return SuiteHung(f"the test itself was still busy after {self._seconds:g} s and was stopped")

    def _ring(self, signum: int, frame: FrameType | None) -> None:
        self._world.hung = True  # should what is raised here be swallowed, the loop raises it again
        raise self.error()
