"""What a test sees on its own side of the wire: whether time passed as it should, and whether others could run."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Iterator
from types import TracebackType
from typing import Any

TOLERANCE = 1e-6
"""Seconds. The clock is exact; this is room for the floating-point sums of a legal program."""


def start(awaitable: Awaitable[Any]) -> asyncio.Task[Any]:
    """Return a task that awaits anything that can be awaited, a coroutine or not."""

    async def run() -> Any:
        return await awaitable

    return asyncio.get_running_loop().create_task(run())


def now() -> float:
    """Return the virtual time in seconds since the test began."""
    return asyncio.get_running_loop().time()


def check_time(actual: float, expected: float, what: str) -> None:
    """Fail the test unless two times or durations (virtual seconds) are the same."""
    __tracebackhide__ = True
    if abs(actual - expected) > TOLERANCE:
        raise AssertionError(f"{what}: expected {expected:.6g} s, got {actual:.6g} s")


class Caught:
    """What `must_raise` has caught, once its block is over."""

    error: BaseException


@contextlib.contextmanager
def must_raise(kind: type[BaseException], what: str) -> Iterator[Caught]:
    """Fail the test, with ``what`` as the message, unless the block raises ``kind``; any other exception goes on."""
    __tracebackhide__ = True
    caught = Caught()
    try:
        yield caught
    except kind as error:
        caught.error = error
        return
    raise AssertionError(what)


_MOST_BEATS = 50_000
"""Minutes at the beats that suites ask for; a program that takes longer is late for what is asked of it anyway."""


class Heartbeat:
    """Beats every so many virtual seconds while a block runs; a program that blocks the event loop makes it miss.

    Use as ``async with Heartbeat(every=0.1) as heart: ...`` and ask ``heart.steady`` afterwards.
    """

    def __init__(self, every: float) -> None:
        self.every = every
        self.beats = 0
        self.steady = True
        self._begin = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        due = self._begin + (self.beats + 1) * self.every
        self._timer = loop.call_at(due, self._beat, loop, due)

    def _beat(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        self.beats += 1
        self.steady = self.steady and abs(loop.time() - due) <= TOLERANCE
        if self.beats < _MOST_BEATS:
            self._arm(loop)

    async def __aenter__(self) -> Heartbeat:
        loop = asyncio.get_running_loop()
        self._begin = loop.time()
        self._arm(loop)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._timer is not None
        self._timer.cancel()
        if self.beats >= _MOST_BEATS:
            return
        missed = (now() - self._begin) / self.every - self.beats
        self.steady = self.steady and missed < 1 + TOLERANCE
