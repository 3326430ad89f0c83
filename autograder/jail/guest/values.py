"""The student's values on their way out, and the test's on their way in.

Plain data is copied. Everything else stays here and is named by a handle ``["h", id, kind, type name, specials,
name]``; a test's own callables arrive as ``["x", id, kind, name]`` and become functions that ask the trusted side.
Exceptions go out as ``["e", handle, host id, class chain, args, text, where, cause, members]``.
"""

from __future__ import annotations

import asyncio
import builtins
import inspect
import linecache
import traceback
import types
from typing import TYPE_CHECKING, Any

from autograder.jail.limits import JailLimits
from autograder.jail.protocol import TooLarge
from autograder.jail.values import Budget, Codec

from .load import ROOT

if TYPE_CHECKING:
    from .serve import Server

SPECIALS = (
    "__aenter__",
    "__aexit__",
    "__aiter__",
    "__anext__",
    "__iter__",
    "__next__",
    "__await__",
    "__call__",
    "__len__",
    "__getitem__",
    "__contains__",
    "__enter__",
    "__exit__",
)


_MRO, _BASES, _NAME = (type.__dict__[name].__get__ for name in ("__mro__", "__bases__", "__name__"))
"""What a class really is, whatever its metaclass says."""


def specials_of(kind: type) -> list[str]:
    """Return which protocols the instances of a class speak.

    Looked up in the classes' dictionaries: with ``hasattr`` every class would seem to have its metaclass's
    ``__call__``.
    """
    spaces = [vars(base) for base in _MRO(kind)]
    spoken = [name for space in spaces for name in SPECIALS if space.get(name) is not None]
    return spoken if len(spoken) < 2 else [name for name in SPECIALS if name in spoken]


def kind_of(value: Any) -> str:
    """Name what a value is, as far as the trusted side treats it differently."""
    if isinstance(value, type):
        return "exception class" if issubclass(value, BaseException) else "class"
    if isinstance(value, types.ModuleType):
        return "module"
    if inspect.iscoroutine(value):
        return "coroutine"
    if inspect.isasyncgen(value):
        return "async generator"
    if not callable(value):
        return "object"  # and is asked nothing more: its ``__getattr__`` may do anything
    if inspect.iscoroutinefunction(value):
        return "coroutine function"
    if inspect.isasyncgenfunction(value):
        return "async generator function"
    return "function"


_LONGEST_NAME = 200
_SCALARS = (str, int, float, bool, type(None))


def _short(name: Any) -> str:
    return str(name)[:_LONGEST_NAME]


class Kept:
    """A value that goes out as a handle, though it is plain data: the test wants to see which object it is."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _plain_value(value: Any) -> Any:
    """Return the builtin value that an instance of a subclass of str, int, float or dict is; None for all else.

    A member of a ``StrEnum`` is a str wherever a program uses it. No method of the subclass is called.
    """
    kinds = _MRO(type(value))
    if str in kinds:
        return str.__str__(value)
    if int in kinds:
        return int.__int__(value)
    if float in kinds:
        return float.__float__(value)
    if dict in kinds:
        return dict(dict.items(value)) or {}
    return None


class GuestCodec(Codec):
    """The jail's end of the wire."""

    def __init__(self, server: Server, limits: JailLimits) -> None:
        super().__init__(limits)
        self._server = server
        self._objects: dict[int, Any] = {}
        self._ids: dict[int, int] = {}
        self._sent: dict[int, int] = {}
        self._next = 0
        self._from_host: dict[int, Any] = {}
        self._host_errors: dict[int, BaseException] = {}
        # By identity: a mark on the object, or the name of its class, is soon copied to another.
        self._host_error_ids: dict[int, int] = {}
        self._host_classes: dict[int, type] = {}

    def handle(self, value: Any) -> int:
        """Return the id under which the trusted side may name ``value``."""
        number = self._ids.get(id(value))
        if number is None:
            self._next = number = self._next + 1
            self._ids[id(value)] = number
            self._objects[number] = value
        self._sent[number] = self._sent.get(number, 0) + 1
        return number

    def object(self, number: int) -> Any:
        """Return the object behind a handle."""
        return self._objects[number]

    def release(self, number: int, count: int) -> None:
        """Forget a handle when everything that was sent of it has been dropped."""
        left = self._sent.get(number, 0) - count
        self._sent[number] = left
        if left <= 0 and number in self._objects:
            value = self._objects.pop(number)
            self._ids.pop(id(value), None)
            self._sent.pop(number, None)

    def encode_other(self, value: Any, budget: Budget, depth: int) -> Any:
        """Name what cannot be copied."""
        if type(value) is Kept:
            value = value.value
        elif (plain := _plain_value(value)) is not None:
            return self._encode(plain, budget, depth)
        if isinstance(value, BaseException):
            return self.encode_error(value, budget)
        if type(value) is HostObject:
            return ["x", value.number]
        host_id = value.__dict__.get("__autograder_host__") if type(value) is types.FunctionType else None
        if type(host_id) is int:
            return ["x", host_id]
        kind = kind_of(value)
        owner = value if isinstance(value, type) else type(value)
        name = getattr(value, "__name__", "") if kind != "object" else ""
        return [
            "h",
            self.handle(value),
            kind,
            _short(owner.__name__),
            [] if kind == "exception class" else specials_of(type(value)),
            name[:_LONGEST_NAME] if type(name) is str else "",
            self._chain(value) if kind == "exception class" else None,
        ]

    def encode_beyond(self, value: Any, limit: str) -> Any:
        """Name a value that is beyond a limit; a test can pass it on, but not look at it."""
        return ["h", self.handle(value), "beyond", _short(type(value).__name__), [], limit, None]

    def encode_error(self, error: BaseException, budget: Budget, depth: int = 0) -> Any:
        """Describe an exception so that the trusted side can raise its like."""
        cause = error.__cause__
        members = list(error.exceptions[:20]) if isinstance(error, BaseExceptionGroup) and depth < 5 else []
        try:
            text = (error.message if isinstance(error, BaseExceptionGroup) else str(error))[:2000]
        except BaseException:  # noqa: BLE001 - the student's __str__ may do anything
            text = f"<{type(error).__name__} whose str() fails>"
        try:
            args = [self._encode(arg, budget, 0) for arg in error.args if type(arg) in _SCALARS]
        except TooLarge:
            args = []
        return [
            "e",
            self.handle(error),
            self._host_error_ids.get(id(error), 0),
            self._chain(type(error)),
            args if len(args) == len(error.args) else [text],
            text,
            _where(error),
            self.encode_error(cause, budget, depth + 1) if cause is not None and depth < 5 else None,
            [self.encode_error(member, budget, depth + 1) for member in members],
        ]

    def report(self, error: BaseException) -> Any:
        """Describe an exception, however it resists."""
        try:
            return self.encode_error(error, Budget(self.limits))
        except BaseException:  # noqa: BLE001 - a student's class may redefine anything
            text = "an exception that cannot be shown"
            chain = [[0, "Exception", [1]], [0, "BaseException", []]]
            return ["e", self.handle(error), 0, chain, [text], text, [], None, []]

    def _chain(self, kind: type) -> list[Any]:
        """Describe a class and its bases: ``[handle or 0, name, places of the direct bases]`` each.

        No attribute is asked for that a metaclass could answer in its own way.
        """
        order = [base for base in _MRO(kind) if base is not object]
        places = {id(base): place for place, base in enumerate(order)}
        return [
            [
                self.handle(base) if self._is_own(base) else 0,
                _short(_NAME(base)),
                [places[id(parent)] for parent in _BASES(base) if id(parent) in places],
            ]
            for base in order
        ]

    def _is_own(self, kind: type) -> bool:
        name = _NAME(kind)
        known = getattr(builtins, name, None) is kind or getattr(asyncio, name, None) is kind
        return not known and id(kind) not in self._host_classes

    def decode_other(self, tag: str, data: list[Any], budget: Budget, depth: int) -> Any:
        """Return the student's own object for a handle, a stand-in for a test's callable."""
        if tag == "h":
            return self._objects[data[1]]
        if tag == "x":
            return self._stand_in(*data[1:])
        if tag == "e":
            return self._error(*data[1:])
        raise ValueError(tag)

    def _error(
        self, host_id: int, own: int, names: list[str], args: list[Any], text: str, members: list[Any]
    ) -> BaseException:
        if own and own in self._objects:
            return self._objects[own]  # type: ignore[no-any-return]
        if host_id in self._host_errors:
            return self._host_errors[host_id]
        base: Any = Exception
        for name in names:
            found = getattr(builtins, name, None) or getattr(asyncio, name, None)
            if isinstance(found, type) and issubclass(found, BaseException):
                base = found
                break
        if names and base.__name__ != names[0]:
            base = type(names[0], (base,), {"__module__": "test"})
            self._host_classes[id(base)] = base
        error: Any
        try:
            values = [self.decode(arg) for arg in args]
            error = base(*values, [self.decode(member) for member in members]) if members else base(*values)
        except Exception:  # noqa: BLE001 - a class with a constructor of its own: the text is what counts
            error = Exception(text)
        error.__autograder_host__ = host_id
        self._host_errors[host_id] = error
        self._host_error_ids[id(error)] = host_id
        known: BaseException = error
        return known

    def _stand_in(self, number: int, kind: str, name: str) -> Any:
        if number in self._from_host:
            return self._from_host[number]
        server = self._server
        if kind == "coroutine function":

            async def call(*args: Any, **kwargs: Any) -> Any:
                return await server.ask(number, "await", args, kwargs)

        elif kind == "async generator function":

            async def call(*args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]
                generator = server.call_test(number, args, kwargs)
                try:
                    while True:
                        try:
                            item = await server.ask(generator, "anext", (), {})
                        except StopAsyncIteration:
                            return
                        yield item
                finally:
                    await server.ask(generator, "aclose", (), {})

        elif kind == "object":
            call = HostObject(number, name)  # type: ignore[assignment]
            self._from_host[number] = call
            return call
        else:

            def call(*args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]
                return server.call_test(number, args, kwargs)

        call.__name__ = call.__qualname__ = name
        call.__autograder_host__ = number  # type: ignore[attr-defined]
        self._from_host[number] = call
        return call


class HostObject:
    """Something of the test's that the student's code may pass on but not look into."""

    def __init__(self, number: int, name: str) -> None:
        self.number = number
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.name}>"


def _where(error: BaseException) -> list[Any]:
    """Return the student's frames of a traceback, innermost last: ``[file, line, function, source]``."""
    if isinstance(error, SyntaxError) and str(error.filename or "").startswith(ROOT):
        source = str(error.text or "").strip()[:120]
        number = error.lineno if type(error.lineno) is int else 0
        return [[_short(str(error.filename)[len(ROOT) :]), max(number, 0), "", source]]
    own = [
        (frame.f_code.co_filename, number or 0, frame.f_code.co_name)
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename.startswith(ROOT)
    ]
    return [
        [_short(file[len(ROOT) :]), number, _short(name), linecache.getline(file, number).strip()[:120]]
        for file, number, name in own[-3:]
    ]
