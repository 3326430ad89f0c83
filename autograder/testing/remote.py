"""Stand-ins for what lives in the jail, and how values become them.

A stand-in has exactly the protocols that its original has, so ``async with`` on a class without ``__aexit__`` gives
Python's own TypeError. It has no remote ``==`` and no remote truth: an object whose ``__eq__`` always says yes would
equal every expected value. `HostCodec` keeps one stand-in for each original, so identity means what it should.
"""

from __future__ import annotations

import asyncio
import inspect
import types
import weakref
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, NoReturn

from autograder.jail.protocol import Codec, ProtocolError

from .failures import CannotCross, OpaqueValue, StudentRaised
from .names import clean_name
from .raised import Raised

if TYPE_CHECKING:
    from .link import Link


class Ref:
    """The tie between a stand-in and its original; tells the jail when the stand-in is gone."""

    __slots__ = ("__weakref__", "count", "kind", "link", "name", "number", "type_name")

    def __init__(self, link: Link, number: int, kind: str, type_name: str, name: str) -> None:
        self.link = link
        self.number = number
        self.kind = kind
        self.type_name = type_name
        self.name = name
        self.count = 0

    def __del__(self) -> None:
        self.link.release(self)


class Remote:
    """An object of the student's. Attributes are read and set in the jail, at once."""

    __slots__ = ("__weakref__", "_ref")
    _ref: Ref

    def __init__(self, ref: Ref) -> None:
        object.__setattr__(self, "_ref", ref)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self._ref.link.sync("getattr", self._ref.number, (name,))

    def __setattr__(self, name: str, value: Any) -> None:
        self._ref.link.sync("setattr", self._ref.number, (name, value))

    def __repr__(self) -> str:
        ref = self._ref
        return (
            f"<the student's {ref.name}>"
            if ref.name
            else f"<an object of the student's class {ref.type_name}>"
        )

    def __bool__(self) -> NoReturn:
        raise OpaqueValue(f"expected a plain value, got an object of type {self._ref.type_name}")


class RemoteClass(Remote):
    """A class of the student's; usable in ``isinstance``."""

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Make an instance, at once."""
        return self._ref.link.sync("call", self._ref.number, args, kwargs)

    def __instancecheck__(self, instance: object) -> bool:
        ref = getattr(instance, "_ref", None)
        return isinstance(ref, Ref) and bool(self._ref.link.sync("isinstance", ref.number, (self,)))


def _awaited(operation: str) -> Any:
    async def method(self: Remote, *args: Any) -> Any:
        return await self._ref.link.call(operation, self._ref.number, args)

    return method


def _at_once(operation: str) -> Any:
    def method(self: Remote, *args: Any) -> Any:
        return self._ref.link.sync(operation, self._ref.number, args)

    return method


async def _aexit(self: Remote, kind: Any, error: BaseException | None, trace: Any) -> Any:
    return await self._ref.link.call("__aexit__", self._ref.number, () if error is None else (error,))


async def _anext(self: Remote) -> Any:
    try:
        return await self._ref.link.call("__anext__", self._ref.number)
    except StudentRaised as error:
        if error.kind == "StopAsyncIteration":
            raise StopAsyncIteration from None
        raise


def _next(self: Remote) -> Any:
    try:
        return self._ref.link.sync("__next__", self._ref.number, ())
    except StudentRaised as error:
        if error.kind == "StopIteration":
            raise StopIteration from None
        raise


def _await(self: Remote) -> Generator[Any, None, Any]:
    return self._ref.link.call("await", self._ref.number).__await__()


def _call(self: Remote, *args: Any, **kwargs: Any) -> Any:
    return self._ref.link.sync("call", self._ref.number, args, kwargs)


def _exit(self: Remote, kind: Any, error: BaseException | None, trace: Any) -> Any:
    return self._ref.link.sync("__exit__", self._ref.number, (kind, error, None))


_PROTOCOLS: dict[str, Any] = {
    "__aenter__": _awaited("__aenter__"),
    "__aexit__": _aexit,
    "__aiter__": _at_once("__aiter__"),
    "__anext__": _anext,
    "__iter__": _at_once("__iter__"),
    "__next__": _next,
    "__await__": _await,
    "__call__": _call,
    "__len__": _at_once("__len__"),
    "__getitem__": _at_once("__getitem__"),
    "__contains__": _at_once("__contains__"),
    "__enter__": _at_once("__enter__"),
    "__exit__": _exit,
}
_PLAIN = (str, bytes, int, list, tuple, dict, set, frozenset)
_GENERATOR = {name: _awaited(name) for name in ("asend", "athrow", "aclose")}
_classes: dict[tuple[str, tuple[str, ...]], type[Remote]] = {}


def _class_for(kind: str, specials: list[str]) -> type[Remote]:
    """Return the stand-in class with just these protocols."""
    # Only what is known goes into the key: what a hostile process makes up must not fill the table.
    group = kind if kind in ("class", "async generator") else ""
    key = (group, () if group == "class" else tuple(name for name in _PROTOCOLS if name in specials))
    if key not in _classes:
        body: dict[str, Any] = {"__slots__": ()}
        base: type[Remote] = RemoteClass if kind == "class" else Remote
        body |= {name: _PROTOCOLS[name] for name in key[1]}
        if kind == "async generator":
            body |= _GENERATOR
        _classes[key] = type("Remote", (base,), body)
    return _classes[key]


class HostCodec(Codec):
    """The trusted end of the wire."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._stand_ins: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._raised = Raised(link, self)
        self._host: dict[int, Any] = {}
        self._host_ids: dict[int, int] = {}

    def host_object(self, number: Any) -> Any:
        """Return what the test had sent under this id; raises `ProtocolError` if it had sent nothing so."""
        try:
            return self._host[number]
        except (KeyError, TypeError):
            raise ProtocolError("an object that was never sent") from None

    def _host_id(self, value: Any) -> int:
        number = self._host_ids.get(id(value))
        if number is None:
            number = self._host_ids[id(value)] = len(self._host) + 1
            self._host[number] = value  # also keeps it alive, so the id stays its own
        return number

    # -- out --------------------------------------------------------------------------------------------------

    def encode_other(self, value: Any) -> Any:
        """Name one of the student's objects, or offer one of the test's callables."""
        if isinstance(value, BaseException):
            return self._encode_error(value)
        ref = getattr(value, "_ref", None) or getattr(value, "student_ref", None) or _take_coroutine(value)
        if isinstance(ref, Ref):
            self._check_owner(ref.link)
            return ["h", ref.number]
        if isinstance(value, type) and hasattr(value, "student_number"):
            self._check_owner(value.student_link)  # type: ignore[attr-defined]
            return ["h", value.student_number]
        if type(value) in _PLAIN:
            raise CannotCross(
                f"this {type(value).__name__} is too large to be passed to the program as a value"
            )
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

    def _encode_error(self, error: BaseException) -> list[Any]:
        args = [self.encode(arg) for arg in error.args if type(arg) in (str, int, float, bool, type(None))]
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

    def decode_other(self, tag: str, data: list[Any]) -> Any:
        """Return the stand-in for a handle, the test's own object, or an exception to raise."""
        if tag == "x":
            return self.host_object(data[1])
        if tag == "h":
            return self._stand_in(*data[1:])
        if tag == "e":
            return self._raised.error(*data[1:])
        raise ProtocolError(f"a value with the unknown tag {tag[:20]!r}")

    def _stand_in(
        self, number: int, kind: str, type_name: str, specials: list[str], name: str, chain: Any
    ) -> Any:
        if type(number) is not int or type(kind) is not str:
            raise ProtocolError("a handle that is none")
        if kind == "exception class":
            return self._raised.class_of(chain)
        known = self._stand_ins.get(number)
        if known is not None:
            is_function = isinstance(known, types.FunctionType)
            ref: Ref = getattr(known, "student_ref" if is_function else "_ref")
            ref.count += 1
            return known
        ref = Ref(self._link, number, kind, clean_name(type_name), clean_name(name) if name else "")
        ref.count = 1
        if kind == "coroutine":
            return _remote_coroutine(ref)
        made: Any
        if kind == "coroutine function":
            made = _remote_function(ref)
        else:
            made = _class_for(kind, specials)(ref)
        self._stand_ins[number] = made
        return made


def _take_coroutine(value: Any) -> Ref | None:
    """Return the tie of a student's coroutine that a test hands on, and is thereby no longer the one to await it."""
    if not inspect.iscoroutine(value) or value.cr_code is not _remote_coroutine.__code__:
        return None
    ref = value.cr_frame.f_locals["ref"] if value.cr_frame is not None else None
    value.close()
    return ref


async def _remote_coroutine(ref: Ref) -> Any:
    # It holds on to its tie: with the last one gone, the original would be thrown away before it was awaited.
    return await ref.link.call("await", ref.number)


def _remote_function(ref: Ref) -> Any:
    async def remote(*args: Any, **kwargs: Any) -> Any:
        return await ref.link.call("call", ref.number, args, kwargs)

    remote.__name__ = remote.__qualname__ = ref.name or "remote"
    remote.student_ref = ref  # type: ignore[attr-defined]
    return remote
