"""Values of `autograder.model` as JSON lines and back. Only these types, no pickles: reading a line runs no code."""

from __future__ import annotations

import base64
import dataclasses
import json
import types
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

MAX_LINE = 64 * 2**20
"""Bytes. The largest submission that intake lets in is 27 MiB long in base64."""

T = TypeVar("T")


class WireError(Exception):
    """A line is not what the other side may send."""


def to_line(message: dict[str, Any]) -> bytes:
    """Return one line for a message whose values are plain or of the model."""
    return (
        json.dumps({key: encode(value) for key, value in message.items()}, separators=(",", ":")).encode()
        + b"\n"
    )


def from_line(line: bytes) -> dict[str, Any]:
    """Return the message in a line; its values are still plain, `decode` makes them model values again."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise WireError(f"not a JSON line: {line[:80]!r}") from error
    if not isinstance(message, dict):
        raise WireError(f"not a JSON object: {line[:80]!r}")
    return message


def encode(value: Any) -> Any:
    """Return the plain form of a model value."""
    match value:
        case None | bool() | int() | float():
            return value
        case Enum():
            return value.value
        case str():
            return value
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case Decimal() | Path():
            return str(value)
        case tuple() | list():
            return [encode(item) for item in value]
        case dict():
            return {key: encode(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise WireError(f"{type(value).__name__} cannot be sent")


def decode(kind: type[T], plain: Any) -> T:
    """Return the value of type ``kind`` whose plain form this is; raise `WireError` if it is none."""
    try:
        value: T = _decode(kind, plain)
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError) as error:
        raise WireError(f"not a {kind.__name__}: {error}") from error
    return value


def _decode(kind: Any, plain: Any) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (inner,) = (argument for argument in arguments if argument is not types.NoneType)
        return None if plain is None else _decode(inner, plain)
    if origin is tuple:
        return tuple(_decode(arguments[0], item) for item in _expect(list, plain))
    if origin is dict:
        return {key: _decode(arguments[1], item) for key, item in _expect(dict, plain).items()}
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _decode(hints[name], item) for name, item in _expect(dict, plain).items()})
    if kind is bytes:
        return base64.b64decode(_expect(str, plain), validate=True)
    if kind is float:
        return float(plain)
    if kind in (bool, int, str):
        return _expect(kind, plain)
    return kind(_expect(str, plain))  # Decimal, Path and enums are made from their text


def _expect(kind: type[T], plain: Any) -> T:
    if not isinstance(plain, kind):
        raise TypeError(f"{type(plain).__name__} where {kind.__name__} belongs")
    return plain


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
