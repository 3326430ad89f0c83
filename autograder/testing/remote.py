"""Stand-ins for what lives in the jail, and how values become them.

A stand-in has exactly the protocols that its original has, so ``async with`` on a class without ``__aexit__`` gives
Python's own TypeError. It has no remote ``==`` and no remote truth: an object whose ``__eq__`` always says yes would
equal every expected value. `codec.HostCodec` keeps one stand-in for each original, so identity means what it should.
"""

from __future__ import annotations

import inspect
from collections.abc import Generator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from autograder.jail.protocol import ProtocolError

from .failures import OpaqueValue, StudentRaised, ValueBeyondLimit

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
        if not isinstance(ref, Ref):
            return False
        answer = self._ref.link.sync("isinstance", ref.number, (self,))
        if type(answer) is not bool:
            self._ref.link.refuse(ProtocolError("an answer that is neither yes nor no"))
        return answer


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
    # A coroutine that holds the stand-in: nobody else may, and with it the original would be gone before its end.
    return _awaited("await")(self).__await__()  # type: ignore[no-any-return]


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
_GENERATOR = {name: _awaited(name) for name in ("asend", "athrow", "aclose")}


class Beyond(Remote):
    """Plain data of the student's beyond a limit: a test may pass it on; to look at it fails the test."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<{self._ref.name}>"

    def __getattr__(self, name: str) -> NoReturn:
        raise ValueBeyondLimit(self._ref.name)


def _look(self: Beyond, *args: Any) -> NoReturn:
    raise ValueBeyondLimit(self._ref.name)


for _name in (
    *("eq", "ne", "lt", "le", "gt", "ge", "bool", "len", "iter", "reversed", "getitem", "contains", "index"),
    *(
        "int",
        "float",
        "add",
        "radd",
        "sub",
        "rsub",
        "mul",
        "rmul",
        "mod",
        "rmod",
        "divmod",
        "floordiv",
        "truediv",
    ),
    *("and", "rand", "or", "ror", "xor", "rxor", "neg", "abs", "round"),
):
    setattr(Beyond, f"__{_name}__", _look)


@lru_cache(maxsize=256)  # not more: a hostile process can ask for thousands
def _class_for(kind: str, specials: tuple[str, ...]) -> type[Remote]:
    """Return the stand-in class with just these protocols."""
    body: dict[str, Any] = {"__slots__": ()}
    base: type[Remote] = RemoteClass if kind == "class" else Remote
    body |= {name: _PROTOCOLS[name] for name in specials}
    if kind == "async generator":
        body |= _GENERATOR
    return type("Remote", (base,), body)


def stand_in(ref: Ref, specials: list[Any]) -> Any:
    """Return a new stand-in for the original that ``ref`` is tied to; ``specials`` are the protocols it speaks."""
    if ref.kind == "coroutine":
        coroutine: Any = _remote_coroutine(ref)
        coroutine.__name__ = coroutine.__qualname__ = ref.name or "coroutine"
        return coroutine
    if ref.kind == "coroutine function":
        return _remote_function(ref)
    if ref.kind == "beyond":
        return Beyond(ref)
    group = ref.kind if ref.kind in ("class", "async generator") else ""
    known = () if group == "class" else tuple(name for name in _PROTOCOLS if name in specials)
    return _class_for(group, known)(ref)


def ref_of(value: Any) -> Ref | None:
    """Return the tie of a stand-in to its original; None for what is no stand-in."""
    ref = getattr(value, "_ref", None) or getattr(value, "student_ref", None) or _take_coroutine(value)
    return ref if isinstance(ref, Ref) else None


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
