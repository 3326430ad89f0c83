"""Suspensions of the program's coroutines, counted up to the one at which a test wants to cancel.

Counted is each yield of what one task of the test awaits here, call after call. At the wanted one the baton is passed
on from within that very step: whatever the trusted side answers has happened before anything else runs, so a
cancellation finds the coroutine parked where it was counted, as one by a neighbouring task would.
"""

from __future__ import annotations

import traceback
import weakref
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from .load import Globals, frame_line, own_modules
from .record import suspended_frame

if TYPE_CHECKING:
    from .record import Recorder


class Suspensions:
    """Counts for one mirror, and calls ``tell`` with the call's number and its coroutine when ``wanted`` is reached."""

    def __init__(self, wanted: int, tell: Callable[[int, Any], None]) -> None:
        self._left = wanted
        self._tell = tell

    async def of(self, call: int, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Await the coroutine of one call."""
        try:
            return await Counted(coroutine, lambda: self._parked(call, coroutine))
        except BaseException as error:
            # The trusted side keeps the error, and with it all that these frames hold: generators would stay open.
            traceback.clear_frames(error.__traceback__)
            raise

    def _parked(self, call: int, coroutine: Any) -> None:
        self._left -= 1
        if self._left == 0:
            self._tell(call, coroutine)


class Counted:
    """A coroutine that says so whenever it is parked; those who look for the line where it waits see through it."""

    def __init__(self, inner: Coroutine[Any, Any, Any], parked: Callable[[], None]) -> None:
        self._inner = inner
        self._parked = parked

    def __await__(self) -> Counted:
        return self

    def __iter__(self) -> Counted:
        return self

    def __next__(self) -> Any:
        return self.send(None)

    def send(self, value: Any) -> Any:
        """Run it to its next suspension."""
        waits_for = self._inner.send(value)
        self._parked()
        return waits_for

    def throw(self, *error: Any) -> Any:
        """Raise in it; how a cancellation arrives."""
        waits_for = self._inner.throw(*error)
        self._parked()
        return waits_for

    def close(self) -> None:
        """Close it."""
        self._inner.close()

    @property
    def cr_frame(self) -> Any:
        """The frame of the coroutine."""
        return self._inner.cr_frame  # type: ignore[attr-defined]

    @property
    def cr_await(self) -> Any:
        """What the coroutine waits for."""
        return self._inner.cr_await  # type: ignore[attr-defined]


def line_of(awaitable: Any) -> int:
    """Return the line of the submission at which a coroutine is parked, 0 for none."""
    return frame_line(suspended_frame(awaitable))


class Checkpoint:
    """How the program was when it was made: its globals, and what it had left undone by then."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._globals = Globals()
        self._globals.remember(own_modules())
        self.mark()

    def mark(self) -> None:
        """Hold nothing against the program that it has left undone up to now."""
        recorder = self._recorder
        recorder.collect()
        self._tasks = weakref.WeakSet(recorder.unfinished())
        self._generators = weakref.WeakSet(recorder.open_generators())
        self._lost, self._never_awaited = len(recorder.lost), len(recorder.never_awaited)

    def since(self) -> dict[str, list[str]]:
        """Return what the program has left undone since the last `mark`, as `Recorder.leftovers` does."""
        left = self._recorder.leftovers(self._tasks, self._generators)
        return left | {
            "lost": left["lost"][self._lost :],
            "never_awaited": left["never_awaited"][self._never_awaited :],
        }

    def restore(self) -> int:
        """Cancel the tasks that were begun since, and put globals back; return how many tasks there were."""
        begun = [task for task in self._recorder.unfinished() if task not in self._tasks]
        for task in begun:
            task.cancel()
        self._globals.restore()
        return len(begun)
