"""What a test can ask for, thing by thing: loading, calls, attributes, and what only the runtime can tell."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from . import patch
from .suspensions import Checkpoint
from .values import GuestCodec, Kept

if TYPE_CHECKING:
    from .runtime import Runtime


class Operations:
    """Does what the test names, to the object that it names."""

    def __init__(self, runtime: Runtime, codec: GuestCodec) -> None:
        self._runtime = runtime
        self._codec = codec

    def at_once(self, operation: str, target: int, args: Any, kwargs: Any) -> Any:
        """Do one thing for the test; raise what it raises."""
        decode = self._codec.decode
        if operation == "report":
            return self._runtime.recorder.leftovers()
        if operation == "parked":
            return self._runtime.recorder.parked()
        if operation == "load":
            return self._runtime.load(*[decode(arg) for arg in args])
        if operation == "reset":
            return self._runtime.globals_at_first.restore()
        if operation == "checkpoint":
            return Checkpoint(self._runtime.recorder)
        if operation == "script":
            return self._runtime.run_script(*[decode(arg) for arg in args])
        if operation == "library":
            return __import__(decode(args[0]))
        thing = self._codec.object(target)
        arguments = [decode(arg) for arg in args]
        if operation == "call":
            return thing(*arguments, **{name: decode(value) for name, value in kwargs.items()})
        if operation == "getattr":
            return getattr(thing, arguments[0])
        if operation == "hasattr":
            return hasattr(thing, arguments[0])
        if operation == "patch":
            self._runtime.watch.forgive(arguments[-1])
            return patch.replace(thing, *arguments)
        if operation == "setattr":
            return setattr(thing, *arguments)
        if operation == "plain":
            return _plain(thing, 0)
        if operation == "isinstance":
            return isinstance(thing, arguments[0])
        return getattr(type(thing), operation)(thing, *arguments)

    async def awaited(self, operation: str, target: int, args: Any, kwargs: Any) -> Any:
        """Do one awaited thing for the test."""
        decode = self._codec.decode
        thing = self._codec.object(target)
        arguments = [decode(arg) for arg in args]
        if operation == "call":
            called = thing(*arguments, **{name: decode(value) for name, value in kwargs.items()})
            if inspect.isawaitable(called):
                return await called
            return called
        if operation == "await":
            return await thing
        if operation == "anext":
            return Kept(await type(thing).__anext__(thing))
        if operation in ("asend", "athrow", "aclose"):
            return await getattr(thing, operation)(*arguments)
        if operation == "__aexit__":
            error = arguments[0] if arguments else None
            if error is not None:
                return await type(thing).__aexit__(thing, type(error), error, error.__traceback__)
            return await type(thing).__aexit__(thing, None, None, None)
        return await getattr(type(thing), operation)(thing, *arguments)


def _plain(value: Any, depth: int) -> Any:
    """Return a snapshot of an object's data: named fields as a dict, enum members by value."""
    if depth > 8 or value is None or type(value) in (bool, int, float, str, bytes):
        return value
    if isinstance(value, dict):
        return {_plain(k, depth + 1): _plain(v, depth + 1) for k, v in value.items()}
    if hasattr(value, "_asdict"):
        return _plain(value._asdict(), depth + 1)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item, depth + 1) for item in value]
    fields = dict(getattr(value, "__dict__", {}))
    for kind in type(value).__mro__:
        for name in getattr(kind, "__slots__", ()):
            if isinstance(name, str) and hasattr(value, name):
                fields.setdefault(name, getattr(value, name))
    return {name: _plain(field, depth + 1) for name, field in fields.items()}
