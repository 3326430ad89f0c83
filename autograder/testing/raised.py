"""The student's exceptions on the trusted side: real exceptions, of real local classes that mirror the student's.

So ``pytest.raises(student.Low)``, ``isinstance``, ``except*`` and attributes work. Only what would do harm here, such
as ``SystemExit``, arrives as a `StudentRaised`. An exception that a test raised comes back as the same object.
"""

from __future__ import annotations

import asyncio
import builtins
from typing import TYPE_CHECKING, Any

from autograder.jail.protocol import ProtocolError, TooLarge
from autograder.jail.values import Budget

from .bounds import MOST_CLASSES
from .failures import StudentRaised, mark_as_students
from .forms import Bases, ErrorForm, read_error
from .names import clean_name

if TYPE_CHECKING:
    from .codec import HostCodec
    from .link import Link

HARMFUL = ("KeyboardInterrupt", "SystemExit", "GeneratorExit", "StopIteration", "StopAsyncIteration")

_DEEPEST = 8
"""Exceptions within exceptions, as causes or in groups."""


class Raised:
    """Exceptions and exception classes of one test."""

    def __init__(self, link: Link, codec: HostCodec) -> None:
        self._link = link
        self._codec = codec
        self._classes: dict[int, type[BaseException]] = {}
        self._errors: dict[int, BaseException] = {}
        self._depth = 0

    def error(self, form: ErrorForm, budget: Budget) -> BaseException:
        """Return the local exception for one over there, the same one each time."""
        error: BaseException
        if form.of_test:
            error = self._codec.host_object(form.of_test)
            if not isinstance(error, BaseException):
                raise ProtocolError("an error that is none")
            if isinstance(error, OSError):
                # Else one that the program had kept, and raises when it likes, would pass for trouble of our own.
                mark_as_students(error, form.where)
            return error
        if form.number not in self._errors:
            if len(self._errors) >= self._codec.limits.messages:
                raise ProtocolError("too many exceptions in one test")
            error = self._make(form, budget)
            error.__dict__["student_number"] = form.number
            self._errors[form.number] = error
        error = self._errors[form.number]
        mark_as_students(error, form.where)
        if form.cause is not None:
            error.__cause__ = self._inner(form.cause, budget)
        return error

    def _inner(self, data: Any, budget: Budget) -> BaseException:
        if type(data) is not list or not data or data[0] != "e" or self._depth >= _DEEPEST:
            raise ProtocolError("an error that is none, or in too many others")
        self._depth += 1
        try:
            return self.error(read_error(data), budget)
        finally:
            self._depth -= 1

    def _make(self, form: ErrorForm, budget: Budget) -> BaseException:
        shown = clean_name(form.bases[0].name)
        kind = self.class_of(form.bases)
        values = [self._codec.scalar(arg, budget) for arg in form.args]
        members = [self._inner(member, budget) for member in form.members]
        if kind is StudentRaised:
            return StudentRaised(
                next((each.name for each in form.bases if each.name in HARMFUL), shown), form.text
            )
        base: Any = next(each for each in kind.__mro__ if each.__module__ != __name__)
        try:
            if issubclass(base, BaseExceptionGroup):
                made: BaseException = base.__new__(kind, form.text, members)
            else:
                made = base.__new__(kind, *values)
                if kind is base:
                    made.__init__(*values)  # type: ignore[misc]
        except Exception:  # noqa: BLE001 - a constructor that is given what it does not expect may do anything
            return StudentRaised(
                shown, form.text
            )  # arguments that only the student's own constructor understands
        made.__dict__["student_text"] = form.text
        return made

    def class_of(self, bases: Bases) -> type[BaseException]:
        """Return the local class for an exception class over there; `StudentRaised` for a harmful one."""
        if any(base.name in HARMFUL for base in bases):
            return StudentRaised
        made = self._class_at(bases, 0)
        return (
            made
            if issubclass(made, (Exception, asyncio.CancelledError, BaseExceptionGroup))
            else StudentRaised
        )

    def _class_at(self, bases: Bases, place: int) -> Any:
        number, name, parents = bases[place]
        if number in self._classes:
            return self._classes[number]
        if not number:
            found = vars(builtins).get(name) or vars(asyncio).get(name)
            return found if isinstance(found, type) and issubclass(found, BaseException) else object
        if len(self._classes) >= MOST_CLASSES:
            raise TooLarge("classes")
        above = [self._class_at(bases, parent) for parent in parents]
        above = [each for each in above if each is not object] or [Exception]
        try:
            made = self._new_class(number, name, tuple(above))
        except TypeError:  # no consistent order of bases: a lie, or a metaclass at work
            made = self._new_class(number, name, (above[0],))
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
