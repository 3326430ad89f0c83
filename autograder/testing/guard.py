"""The last guard of the trusted side: a hidden test that blocks this process for real is stopped and never passes.

pytest-timeout decides when (one limit for set-up, body and clean-up of a test) and this acts. Its own action would not
do: it raises once, and where that hits a background task or a callback, asyncio files it away and the test goes on.
"""

from __future__ import annotations

import _thread
import math
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, Protocol

from .clock import World
from .failures import SuiteHung

_AGAIN_SECONDS = 2.0


class Alarm(Protocol):
    """Calls a function in the main thread, wherever that is, after some seconds and every `_AGAIN_SECONDS` then."""

    def install(self) -> None:
        """Begin, in the main thread."""

    def remove(self) -> None:
        """End, and leave the process as it was."""

    def set(self, seconds: float) -> None:
        """Ring after so many seconds; 0: never."""


class Guard:
    """An alarm that goes on ringing until the test's body has ended."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seconds = 0.0
        kind = SignalAlarm if hasattr(signal, "setitimer") else ThreadAlarm
        self._alarm: Alarm = kind(self._ring)

    def install(self) -> None:
        """Take the alarm over for a session; only in the main thread."""
        self._alarm.install()

    def remove(self) -> None:
        """Give the alarm back."""
        self._alarm.remove()

    def start(self, seconds: float) -> None:
        """Watch a test from now on."""
        self._seconds = seconds
        self._world.hung = False
        self._alarm.set(seconds)

    def phase_ended(self) -> bool:
        """Tell whether set-up, body or clean-up was stopped; what comes after it gets as much time again."""
        hung, self._world.hung = self._world.hung, False
        if hung:
            self._alarm.set(self._seconds)
        return hung

    def stop(self) -> None:
        """Watch no more."""
        self._alarm.set(0)

    def error(self) -> SuiteHung:
        """Say what happened."""
        return SuiteHung(f"the test itself was still busy after {self._seconds:g} s and was stopped")

    def _ring(self) -> None:
        self._world.hung = True  # should what is raised here be swallowed, the loop raises it again
        raise self.error()


class SignalAlarm:
    """The kernel's timer, which interrupts also what waits in the kernel."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._before: Any = None

    def install(self) -> None:
        """Take the alarm signal over."""
        self._before = signal.signal(signal.SIGALRM, self._on_signal)

    def remove(self) -> None:
        """Give the alarm signal back."""
        self.set(0)
        signal.signal(signal.SIGALRM, self._before)

    def set(self, seconds: float) -> None:
        """Ring after so many seconds; 0: never."""
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS if seconds else 0)

    def _on_signal(self, signum: int, frame: FrameType | None) -> None:
        self._ring()


class ThreadAlarm:
    """A thread, where the kernel has no timer: it interrupts Python as Ctrl-C does, but nothing that waits in C."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._before: Any = None
        self._change = threading.Condition()
        self._due = math.inf
        self._over = False
        self._rung = False

    def install(self) -> None:
        """Take the interrupt over, and start the thread."""
        self._over = False
        self._before = signal.signal(signal.SIGINT, self._on_interrupt)
        threading.Thread(target=self._watch, daemon=True).start()

    def remove(self) -> None:
        """End the thread, and give the interrupt back."""
        with self._change:
            self._due, self._over = math.inf, True
            self._change.notify()
        signal.signal(signal.SIGINT, self._before)

    def set(self, seconds: float) -> None:
        """Ring after so many seconds; 0: never."""
        with self._change:
            self._due = time.monotonic() + seconds if seconds else math.inf
            self._change.notify()

    def _watch(self) -> None:
        with self._change:
            while not self._over:
                left = self._due - time.monotonic()
                if left <= 0:
                    self._due = time.monotonic() + _AGAIN_SECONDS
                    self._rung = True
                    _thread.interrupt_main()
                else:
                    self._change.wait(None if math.isinf(left) else left)

    def _on_interrupt(self, signum: int, frame: FrameType | None) -> None:
        rung, self._rung = self._rung, False
        if not rung:  # it was Ctrl-C
            if callable(self._before):
                self._before(signum, frame)
        elif not math.isinf(self._due):  # else the test has ended meanwhile
            self._ring()
