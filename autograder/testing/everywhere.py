"""Cancels a coroutine of the student's at its first, second, third, ... suspension, and sees how it takes each.

The place of a suspension is the jail's claim. How the coroutine ended is not: the task is one of the test's, so what it
ended with and when, its cleanups and how often, are seen on this side.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from autograder.errors import GraderError
from autograder.jail.protocol import ProtocolError

from .check import show
from .events import Leaks
from .failures import StudentRaised, where_raised
from .forms import read_leftovers, whole
from .link import Stop
from .remote import Remote

if TYPE_CHECKING:
    from .link import Link

_MOST_ROUNDS = 1_000
_TIME_TO_END = 60.0
"""Virtual seconds that tasks which a run has left get to end, once they are cancelled."""
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """What became of one run that was cancelled at one suspension."""

    number: int
    """Which suspension it was, 1 for the first."""
    line: int
    """The line of the student's file at which it was parked, 0 if in none."""
    place: str
    """Function, line and statement, as the student reads it."""
    reraised: bool
    """It ended as cancelled, by the very CancelledError that went in."""
    swallowed: bool
    """It returned as if nothing had happened."""
    how: str
    """What came out in place of the CancelledError, in words; empty if that came out."""
    cleanups: int | None
    """How much the count of cleanups grew; None if none was asked for."""
    leaks: Leaks
    """What this run left undone when it had ended."""
    ended: float
    """Virtual seconds from the cancellation to the end."""

    @property
    def complaint(self) -> str:
        """What is wrong with it, in words; empty if nothing is."""
        parts = [self.how] if self.how else []
        if self.cleanups not in (None, 1):
            times = "not at all" if self.cleanups == 0 else f"{self.cleanups} times"
            parts.append(f"it cleaned up {times} instead of once")
        if self.leaks:
            parts.append(f"it left something behind: {self.leaks}")
        return "; ".join(parts)


@dataclass(frozen=True, slots=True, repr=False)
class Cancellations(Sequence[Cancellation]):
    """One `Cancellation` for each suspension, in order. As a text it names the first that is wrong, and its line."""

    steps: tuple[Cancellation, ...]
    complete: bool
    """There is no further suspension; False if there are more than were asked for."""
    error: BaseException | None = None
    """What the program raised in the last run, the one that was over before it could be cancelled."""

    @overload
    def __getitem__(self, index: int) -> Cancellation: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Cancellation, ...]: ...
    def __getitem__(self, index: int | slice) -> Any:
        return self.steps[index]

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def all_reraised(self) -> bool:
        """Wherever it was cancelled, it let that very CancelledError out. False if there was nowhere to cancel it."""
        return bool(self.steps) and all(step.reraised for step in self.steps)

    @property
    def all_cleaned_up(self) -> bool:
        """Wherever it was cancelled, it cleaned up exactly once. False if there was nowhere to cancel it."""
        return bool(self.steps) and all(step.cleanups == 1 for step in self.steps)

    @property
    def nothing_left(self) -> bool:
        """Wherever it was cancelled, it left nothing undone."""
        return not any(step.leaks for step in self.steps)

    def __repr__(self) -> str:
        return f"<{self}>"

    def __str__(self) -> str:
        count = len(self.steps)
        if not count and self.error is not None:
            return f"it ended with {_described(self.error)} before there was a moment at which it could be cancelled"
        if not count:
            return "it never waits for anything, so there is no moment at which it could be cancelled"
        wrong = next(
            (step for step in self.steps if not step.reraised),
            next((step for step in self.steps if step.complaint), None),
        )
        if wrong is None:
            where = f"each of its {count} suspensions" if count > 1 else "its only suspension"
            return f"cancelled at {where}, it ended as cancelled"
        place = f" ({wrong.place})" if wrong.place else ""
        of = f" of {count}" if self.complete else ""
        return f"cancelled at its suspension {wrong.number}{of}{place}: {wrong.complaint}"


async def cancel_everywhere(
    link: Link, call: Callable[[], Awaitable[Any]], cleanup: Callable[[], int] | None, most: int
) -> Cancellations:
    """Do what `Student.cancel_at_every_await` promises; raises `GraderError` for what a test cannot mean."""
    if not callable(call):
        raise GraderError(
            "cancel_at_every_await wants a function that makes a fresh coroutine each time: "
            f"lambda: student.work(). It was given {show(call)}."
        )
    if type(most) is not int or most < 1:
        raise GraderError(
            f"cancel_at_every_await: most={most!r} is no number of cancellations; give 1 or more."
        )
    checkpoint = link.sync("checkpoint", 0, ())
    if not isinstance(checkpoint, Remote):
        link.refuse(ProtocolError("a checkpoint that is none"))
    found: list[Cancellation] = []
    while len(found) < most:
        one = await _cancel_at(link, checkpoint, call, cleanup, len(found) + 1)
        await _restore(link, checkpoint)
        if not isinstance(one, Cancellation):
            return Cancellations(tuple(found), complete=True, error=one)
        found.append(one)
    return Cancellations(tuple(found), complete=False)


async def _cancel_at(
    link: Link,
    checkpoint: Remote,
    call: Callable[[], Awaitable[Any]],
    cleanup: Callable[[], int] | None,
    number: int,
) -> Cancellation | BaseException | None:
    """Run the coroutine once and cancel it at this suspension; if it ends before that, return its exception or None."""
    link.sync("mark", checkpoint._ref.number, ())
    before = _count(cleanup)
    stop = Stop(number, f"cancelled at suspension {number}")
    result, error = await _run(link, call, stop)
    if not stop.reached:
        return error
    how = _how_it_ended(result, error, stop)
    await _settle(link)
    after = _count(cleanup)
    return Cancellation(
        number=number,
        line=stop.line,
        place=stop.place,
        reraised=not how,
        swallowed=error is None,
        how=how,
        cleanups=None if before is None or after is None else after - before,
        leaks=_leaks(link, checkpoint),
        ended=(stop.ended - stop.since) / 1e9,
    )


async def _run(
    link: Link, call: Callable[[], Awaitable[Any]], stop: Stop
) -> tuple[Any, BaseException | None]:
    """Run the coroutine in a task of its own; return its result, or the program's exception. Raises any other."""

    async def run() -> Any:
        link.stop_at(stop)
        try:
            return await call()
        finally:
            stop.ended = link.world.ns

    task = asyncio.get_running_loop().create_task(run(), name=f"cancelled at suspension {stop.number}")
    try:
        await asyncio.wait([task])
    finally:
        task.cancel()  # if somebody wants the test to end
    try:
        return task.result(), None
    except BaseException as error:
        is_cancelled = isinstance(error, asyncio.CancelledError) and stop.reached
        if not is_cancelled and not isinstance(error, StudentRaised) and where_raised(error) is None:
            raise
        # The link keeps the error, and with it all that the test's frames hold: a generator would stay open.
        traceback.clear_frames(error.__traceback__)
        return None, error


def _how_it_ended(result: Any, error: BaseException | None, stop: Stop) -> str:
    """Say what came out in place of the CancelledError; nothing if that did."""
    if error is None:
        return "it swallowed the cancellation" + ("" if result is None else f" and returned {show(result)}")
    if not isinstance(error, asyncio.CancelledError):
        return f"{_described(error)} came out in place of the CancelledError"
    return (
        "" if error.args == (stop.message,) else "another CancelledError came out than the one that went in"
    )


def _described(error: BaseException) -> str:
    if isinstance(error, StudentRaised):
        return str(error)[:_LONGEST]
    text = str(error)
    return (f"{type(error).__name__}: {text}" if text else type(error).__name__)[:_LONGEST]


def _count(cleanup: Callable[[], int] | None) -> int | None:
    if cleanup is None:
        return None
    count = cleanup()
    if type(count) is not int:
        raise GraderError(
            f"cancel_at_every_await: cleanup must return a whole number, and gave {show(count)}."
        )
    return count


def _leaks(link: Link, checkpoint: Remote) -> Leaks:
    try:
        return Leaks(**read_leftovers(link.sync("since", checkpoint._ref.number, ())))
    except ProtocolError as error:
        link.refuse(error)


async def _restore(link: Link, checkpoint: Remote) -> None:
    """Let the next run begin as the first one did."""
    try:
        cancelled = whole(link.sync("restore", checkpoint._ref.number, ()), 0)
    except ProtocolError as error:
        link.refuse(error)
    if cancelled:
        await asyncio.sleep(_TIME_TO_END)


async def _settle(link: Link) -> None:
    """Let everything run that the student's side can run at this instant."""
    for _ in range(_MOST_ROUNDS):
        await asyncio.sleep(0)
        if not link.wants_turn(link.world.ns):
            return
