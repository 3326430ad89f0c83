"""The trusted half of the one clock: an event loop whose waiting is a conversation with the jail.

Rule: at one instant the student's code runs until it has nothing left to do, then the test goes on. The loop has no
files and never sleeps; when the test has nothing ready, the jail runs up to the test's next timer, and if neither side
has anything to wait for, that is a deadlock and is reported as one.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

# The two loops share what they have in common: a selector without files, and how seconds become nanoseconds.
from autograder.jail.guest.clock import to_ns
from autograder.jail.guest.loop import NoFiles

from .failures import SuiteDeadlock, SuiteHung

if TYPE_CHECKING:
    from .link import Link

_POLLING_ROUNDS = 1_000
_TICK_NS = 1_000_000


class World:
    """What one test runs in: its clock in nanoseconds from 0, and its link to the jail, if it has one yet."""

    def __init__(self) -> None:
        self.ns = 0
        self.limit_ns = 10_000 * 10**9
        self.link: Link | None = None
        self.hung = False

    def reset(self) -> None:
        """Begin a new test."""
        self.ns = 0
        self.link = None

    def advance(self, ns: int) -> None:
        """Move on to the instant ``ns``; raises `SuiteDeadlock` beyond the virtual limit."""
        if ns > self.ns:
            self.ns = ns
            if ns > 2 * self.limit_ns:
                raise SuiteDeadlock(f"the test still waits after {self.limit_ns / 1e9:g} virtual seconds")


class TrustedLoop(asyncio.SelectorEventLoop):
    """The event loop of a hidden test."""

    def __init__(self, world: World) -> None:
        files = NoFiles()
        super().__init__(files)
        files.wait = self._wait
        self._clock_resolution = 1e-9
        self._world = world
        self._instant = -1
        self._rounds = 0

    def _make_self_pipe(self) -> None:
        self._internal_fds = 0

    def _close_self_pipe(self) -> None:
        self._internal_fds = 0

    def _write_to_self(self) -> None:
        pass

    def time(self) -> float:
        """Return the virtual time in seconds."""
        return self._world.ns / 1e9

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        """Say nothing of a test's own task that failed unseen: the verdict is made from the test's body."""

    def _next_timer(self) -> int | None:
        scheduled: Any = self._scheduled  # type: ignore[attr-defined]
        return to_ns(scheduled[0]._when) if scheduled else None

    def _wait(self) -> None:
        world = self._world
        if world.hung:
            raise SuiteHung("the test itself was busy for too long")
        ready: Any = self._ready  # type: ignore[attr-defined]
        if ready:
            self._take_turns()
            return
        while not ready and not self._stopping:  # type: ignore[attr-defined]
            mine = self._next_timer()
            link = world.link
            if link is not None and link.wants_turn(mine):
                link.run(mine)
                continue
            if mine is not None:
                world.advance(mine)
                return
            if link is None or not link.fail_waiting():
                raise SuiteDeadlock("the test waits for something that can never happen")

    def _take_turns(self) -> None:
        """Between two rounds of the test's callbacks: let the jail do what it can do at this instant."""
        world, link = self._world, self._world.link
        if world.ns != self._instant:
            self._instant, self._rounds = world.ns, 0
        self._rounds += 1
        until = world.ns
        if self._rounds > _POLLING_ROUNDS:
            until += _TICK_NS
        if link is not None and link.wants_turn(until):
            link.run(until)
        world.advance(until)
