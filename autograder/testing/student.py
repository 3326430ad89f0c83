"""The ``student`` fixture: the student's module, as a hidden test sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from autograder.jail.protocol import ProtocolError

from .events import Event, Leaks
from .everywhere import Cancellations, cancel_everywhere
from .failures import StudentRaised, Where
from .forms import read_leftovers
from .link import Link
from .remote import Remote


class Student:
    """The student's module. Names are the student's, apart from the few below; ``student["name"]`` reaches all."""

    _link: Link
    _module: Remote

    def __init__(self, link: Link, module: Remote) -> None:
        self.__dict__["_link"] = link
        self.__dict__["_module"] = module

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._module, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._module, name, value)

    def __getitem__(self, name: str) -> Any:
        return getattr(self._module, name)

    # -- what was seen ----------------------------------------------------------------------------------------

    @property
    def stdout(self) -> str:
        """Everything printed so far."""
        return self._link.output.text

    def prints(self) -> list[tuple[float, str]]:
        """Return each completed line with the virtual second at which it was printed."""
        return self._link.output.lines()

    @property
    def timeline(self) -> list[Event]:
        """What happened so far, in order."""
        return list(self._link.events)

    def of(self, kind: str) -> list[Event]:
        """Return the events of one kind."""
        return [event for event in self._link.events if event.kind == kind]

    @property
    def blocking(self) -> list[Event]:
        """Calls that blocked the thread of a running event loop, with ``seconds`` and ``line``."""
        return self.of("blocking")

    @property
    def leaks(self) -> Leaks:
        """What the student's code has left undone up to now."""
        return leaks_of(self._link)

    # -- what can be done -------------------------------------------------------------------------------------

    def patch(self, name: str, replacement: Any) -> Any:
        """Put a callable of the test's in the place of one of the student's, or of ``Class.method``; return it.

        Every reference to the student's function leads to the replacement from now on, also one that was taken
        before. A name that the student has not defined is the student's mistake: AttributeError.
        """
        self._link.sync("patch", self._module._ref.number, (name, replacement))
        return replacement

    def reset(self) -> None:
        """Put the program's globals back to what they held at first, as far as they are plain data.

        For a test that calls ``main`` again: a program may keep in a global what it needs once in a run.
        """
        self._link.sync("reset", 0, ())

    async def cancel_at_every_await(
        self,
        call: Callable[[], Awaitable[Any]],
        cleanup: Callable[[], int] | None = None,
        most: int = 50,
    ) -> Cancellations:
        """Run a coroutine again and again, cancel it at its 1st suspension, at its 2nd, and so on; say how it took it.

        ``call`` makes a fresh coroutine each time: ``lambda: student.work(3)``, or an ``async def`` of the test's that
        awaits the student's things, enters their context managers, loops over their generators. Counted are the
        suspensions of the student's coroutines that this coroutine itself awaits, one after another: not the test's
        own waiting in it, and not what it gives to other tasks. ``cleanup`` returns a count that a cancellation shall
        make one more, best of something seen on this side. It ends with the first run that is over before it can be
        cancelled, or after ``most`` cancellations. After each run the tasks that it left are cancelled, and globals
        that are plain data are what they were at first.

        What the test's own part of ``call`` raises comes out. So does a `StudentFailure`, as of a program that
        swallows the cancellation and goes on without end.
        """
        return await cancel_everywhere(self._link, call, cleanup, most)

    def plain(self, value: Any) -> Any:
        """Return a snapshot of an object's data as plain values."""
        return self._link.sync("plain", value._ref.number, ()) if isinstance(value, Remote) else value

    async def objects(self, iterator: Any) -> AsyncIterator[Remote]:
        """Iterate over a student's async iterator; give each item as an object, which has an identity.

        Plain data would otherwise arrive as a copy. ``plain`` returns what is in it, as it is by then.
        """
        steps = aiter(iterator)
        while True:
            try:
                yield await self._link.call("anext", steps._ref.number)
            except StudentRaised as error:
                if error.kind == "StopAsyncIteration":
                    return
                raise

    @property
    def lib(self) -> Library:
        """Standard-library modules as they are inside the jail: ``student.lib.asyncio.Queue(1)``."""
        return Library(self._link)


class Library:
    """Gives the jail's own standard-library modules as attributes."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def __getattr__(self, name: str) -> Any:
        return self._link.sync("library", 0, (name,))


def leaks_of(link: Link) -> Leaks:
    """Ask the jail what was left undone."""
    try:
        return Leaks(**read_leftovers(link.sync("report", 0, ())))
    except ProtocolError as error:
        link.refuse(error)


class Script:
    """What became of the student's file when it ran as a program."""

    def __init__(self, link: Link, status: int | str, error: str, where: Where) -> None:
        self.status = status
        self.error = error
        self.where = where
        self.stdout = link.output.text
        self.virtual_seconds = link.world.ns / 1e9
        self.timeline = list(link.events)
        self._lines = link.output.lines()

    def prints(self) -> list[tuple[float, str]]:
        """Return each completed line with the virtual second at which it was printed."""
        return list(self._lines)
