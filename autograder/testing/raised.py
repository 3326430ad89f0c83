"""The student's exceptions on the trusted side: real exceptions, of real local classes that mirror the student's.

So ``pytest.raises(student.Low)``, ``isinstance``, ``except*`` and attributes work. Only what would do harm here, such
as ``SystemExit``, arrives as a `StudentRaised`. An exception that a test raised comes back as the same object.
"""

from __future__ import annotations

import asyncio
import builtins
from typing import TYPE_CHECKING, Any

from autograder.jail.protocol import ProtocolError

from .failures import StudentRaised, mark_as_students
from .names import clean_name

if TYPE_CHECKING:
    from .link import Link
    from .remote import HostCodec

HARMFUL = ("KeyboardInterrupt", "SystemExit", "GeneratorExit", "StopIteration", "StopAsyncIteration")

Chain = list[list[Any]]
"""A class and its bases in the order of resolution: ``[handle or 0, name, places of its direct bases]`` each."""


class Raised:
    """Exceptions and exception classes of one test."""

    def __init__(self, link: Link, codec: HostCodec) -> None:
        self._link = link
        self._codec = codec
        self._classes: dict[int, type[BaseException]] = {}
        self._errors: dict[int, BaseException] = {}

    def error(
        self,
        number: int,
        host_id: int,
        chain: Chain,
        args: list[Any],
        text: str,
        where: list[list[Any]],
        cause: Any,
        members: list[Any],
    ) -> BaseException:
        """Return the local exception for one over there, the same one each time."""
        if type(number) is not int or type(host_id) is not int:
            raise ProtocolError("an error that is none")
        if host_id:
            error = self._codec.host_object(host_id)
            if not isinstance(error, BaseException):
                raise ProtocolError("an error that is none")
            return error
        if number not in self._errors:
            error = self._make(chain, args, str(text)[:2000], members)
            error.__dict__["student_number"] = number
            self._errors[number] = error
        error = self._errors[number]
        mark_as_students(
            error, tuple((str(f), int(line), str(name), str(source)) for f, line, name, source in where)
        )
        if cause is not None:
            error.__cause__ = self._codec.decode(cause)
        return error

    def _make(self, chain: Chain, args: list[Any], text: str, members: list[Any]) -> BaseException:
        names = [str(name) for _, name, _ in chain]
        shown = clean_name(names[0])
        kind = self.class_of(chain)
        if kind is StudentRaised:
            return StudentRaised(next((name for name in names if name in HARMFUL), shown), text)
        base: Any = next(each for each in kind.__mro__ if each.__module__ != __name__)
        try:
            if issubclass(base, BaseExceptionGroup):
                inner = [self._codec.decode(member) for member in members]
                made: BaseException = base.__new__(kind, text, inner)
            else:
                values = [self._codec.decode(arg) for arg in args]
                made = base.__new__(kind, *values)
                if kind is base:
                    made.__init__(*values)  # type: ignore[misc]
        except (TypeError, ValueError):
            return StudentRaised(shown, text)  # arguments that only the student's own constructor understands
        made.__dict__["student_text"] = text
        return made

    def class_of(self, chain: Chain) -> type[BaseException]:
        """Return the local class for an exception class over there; `StudentRaised` for a harmful one."""
        if any(name in HARMFUL for _, name, _ in chain):
            return StudentRaised
        made = self._class_at(chain, 0)
        return (
            made
            if issubclass(made, (Exception, asyncio.CancelledError, BaseExceptionGroup))
            else StudentRaised
        )

    def _class_at(self, chain: Chain, place: int) -> Any:
        number, name, parents = chain[place]
        if type(number) is not int or type(name) is not str:
            raise ProtocolError("a class that is none")
        if number in self._classes:
            return self._classes[number]
        if not number:
            found = getattr(builtins, name, None) or getattr(asyncio, name, None)
            return found if isinstance(found, type) and issubclass(found, BaseException) else object
        bases = [
            self._class_at(chain, parent) for parent in parents if type(parent) is int and parent > place
        ]
        bases = [base for base in bases if base is not object] or [Exception]
        try:
            made = self._new_class(number, name, tuple(bases))
        except TypeError:  # no consistent order of bases: a lie, or a metaclass at work
            made = self._new_class(number, name, (bases[0],))
        self._classes[number] = made
        return made

    def _new_class(self, number: int, name: str, bases: tuple[type, ...]) -> type[BaseException]:
        link = self._link

        def construct(cls: Any, *args: Any, **kwargs: Any) -> Any:
            return link.sync("call", cls.student_number, args, kwargs)

        def read(self: BaseException, attribute: str) -> Any:
            own = self.__dict__.get("student_number")
            if own is None or (attribute.startswith("__") and attribute.endswith("__")):
                raise AttributeError(attribute)
            return link.sync("getattr", own, (attribute,))

        body = {
            "__module__": __name__,
            "student_number": number,
            "student_link": link,
            "__new__": construct,
            "__init__": lambda self, *args, **kwargs: None,
            "__getattr__": read,
            "__str__": lambda self: self.__dict__.get("student_text", ""),
        }
        return type(clean_name(name), bases, body)
