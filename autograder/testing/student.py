"""The ``student`` fixture: the student's module, as a hidden test sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from autograder.jail.protocol import ProtocolError

from .events import Event, Leaks
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
