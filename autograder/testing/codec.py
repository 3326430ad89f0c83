"""The trusted end of the wire: the test's values on their way out, and the student's on their way in."""

from __future__ import annotations

import asyncio
import inspect
import types
import weakref
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, NoReturn

from autograder.jail.protocol import ProtocolError, fields
from autograder.jail.values import Budget, Codec

from .bounds import VALUE_LIMITS, beyond, words_for
from .failures import CannotCross
from .forms import read_error, read_handle, whole
from .names import clean_name
from .raised import Raised
from .remote import Ref, ref_of, stand_in

if TYPE_CHECKING:
    from .link import Link


_SCALARS = (str, int, float, bool, type(None))


class HostCodec(Codec):
    """Keeps one stand-in for each original, and one name for each of the test's own objects."""

    def __init__(self, link: Link) -> None:
        super().__init__(link.child.limits)
        self._link = link
        self._coroutines: weakref.WeakSet[Coroutine[Any, Any, Any]] = weakref.WeakSet()
        self._stand_ins: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._raised = Raised(link, self)
        self._host: dict[int, Any] = {}
        self._host_ids: dict[int, int] = {}

    def host_object(self, number: int) -> Any:
        """Return what the test had sent under this id; raises `ProtocolError` if it had sent nothing so."""
        try:
            return self._host[number]
        except KeyError:
            raise ProtocolError("an object that was never sent") from None

    def _host_id(self, value: Any) -> int:
        number = self._host_ids.get(id(value))
        if number is None:
            number = self._host_ids[id(value)] = len(self._host) + 1
            self._host[number] = value  # also keeps it alive, so the id stays its own
        return number

    # -- out --------------------------------------------------------------------------------------------------

    def encode_other(self, value: Any, budget: Budget, depth: int) -> Any:
        """Name one of the student's objects, or offer one of the test's callables."""
        if isinstance(value, BaseException):
            return self._encode_error(value)
        ref = ref_of(value)
        if ref is not None:
            self._check_owner(ref.link)
            return ["h", ref.number]
        if isinstance(value, type) and hasattr(value, "student_number"):
            self._check_owner(value.student_link)  # type: ignore[attr-defined]
            return ["h", value.student_number]
        if isinstance(value, (asyncio.Future, asyncio.Event, asyncio.Lock, asyncio.Queue, asyncio.Semaphore)):
            raise CannotCross(
                f"an asyncio {type(value).__name__} cannot go into the jail; make it there: student.lib.asyncio"
            )
        number = self._host_id(value)
        name = getattr(value, "__name__", type(value).__name__)
        its_call = getattr(type(value), "__call__", None)  # noqa: B004 - it is the method that is looked at
        if inspect.iscoroutinefunction(value) or inspect.iscoroutinefunction(its_call):
            return ["x", number, "coroutine function", name]
        if inspect.isasyncgenfunction(value):
            return ["x", number, "async generator function", name]
        if callable(value):
            return ["x", number, "function", name]
        return ["x", number, "object", type(value).__name__]

    def encode_beyond(self, value: Any, limit: str) -> NoReturn:
        """Refuse it: a test that hands over so much has to be given a larger limit."""
        raise CannotCross(
            f"this {type(value).__name__} is too large to be passed to the program: {words_for(limit, self.limits)}"
        )

    def _encode_error(self, error: BaseException) -> list[Any]:
        args = [self.encode(arg) for arg in error.args if type(arg) in _SCALARS]
        members = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
        return [
            "e",
            self._host_id(error),
            error.__dict__.get("student_number", 0),
            [kind.__name__ for kind in type(error).__mro__],
            args,
            str(error)[:2000],
            [self._encode_error(member) for member in members],
        ]

    def _check_owner(self, link: Link) -> None:
        if link is not self._link:
            raise CannotCross("this object belongs to another test's jail")

    # -- in ---------------------------------------------------------------------------------------------------

    def decode_other(self, tag: str, data: list[Any], budget: Budget, depth: int) -> Any:
        """Return the stand-in for a handle, the test's own object, or an exception to raise."""
        if tag == "x":
            (number,) = fields(data, 1)
            return self.host_object(whole(number, 1))
        if tag == "h":
            return self._stand_in(data, depth)
        if tag == "e":
            return self._raised.error(read_error(data), budget)
        raise ProtocolError("a value with an unknown tag")

    def scalar(self, data: Any, budget: Budget) -> Any:
        """Return the value behind a wire form that may only be a text, a number or None."""
        value = self._decode(data, budget, self.limits.value_depth)
        if type(value) not in _SCALARS:
            raise ProtocolError("an argument of an exception that is no scalar")
        return value

    def _stand_in(self, data: list[Any], depth: int) -> Any:
        handle = read_handle(data)
        if handle.bases is not None:
            return self._raised.class_of(handle.bases)
        number, name = handle.number, clean_name(handle.name) if handle.name else ""
        type_name = clean_name(handle.type_name)
        if handle.kind == "beyond":
            if depth or name not in VALUE_LIMITS:
                raise ProtocolError("a value beyond a limit in the wrong place")
            name = beyond(type_name, name, self.limits)
        known = self._stand_ins.get(number)
        if known is not None:
            is_function = isinstance(known, types.FunctionType)
            ref: Ref = getattr(known, "student_ref" if is_function else "_ref")
            ref.count += 1
            return known
        ref = Ref(self._link, number, handle.kind, type_name, name)
        ref.count = 1
        made = stand_in(ref, handle.specials)
        if handle.kind == "coroutine":
            self._coroutines.add(made)
        else:
            self._stand_ins[number] = made
        return made

    def close_coroutines(self) -> None:
        """Be done with coroutines that nobody awaited: that is no fault of the test's, so Python shall not complain."""
        for coroutine in list(self._coroutines):
            if inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED:
                coroutine.close()
