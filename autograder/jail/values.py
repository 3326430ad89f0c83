"""How values go over the wire: JSON in which every list is tagged with what it stands for.

So only exact builtin types come out of it, and nothing is ever run to make one::

    None True 1 1.5 "text"                          themselves
    ["l", [..]] ["t", [..]] ["s", [..]] ["z", [..]] list, tuple, set, frozenset
    ["d", [[key, value], ..]]                       dict, in order
    ["b", hex] ["i", hex] ["f", "nan"] ["c", re, im] bytes, large int, non-finite float, complex
    ["h", ..] ["e", ..] ["x", ..]                   handle, exception, callable of the other side

The last three are made and understood by the two sides' own subclasses of `Codec`. Nothing is taken on trust when it
is read: each form is checked for its exact types and within the limits before anything is made of it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Any

from .limits import JailLimits
from .protocol import ProtocolError, TooLarge, exact, fields

MAX_INT_BITS = 65_536
"""A larger int (of 19,700 digits) does not cross: arithmetic with it would take the grader's time."""

MAX_ALIKE = 64
"""Keys of one set or dict that may share a hash. Thousands, which are easily made, would take minutes to insert."""

_SMALL_INT = 2**53
_BYTES = re.compile(r"(?:[0-9a-f]{2})*")
_LARGE_INT = re.compile(r"-?0x[1-9a-f][0-9a-f]{13,}")


class Budget:
    """What is left for one value of what a value may hold."""

    __slots__ = ("chars", "items")

    def __init__(self, limits: JailLimits) -> None:
        self.items = limits.value_items
        self.chars = limits.value_chars

    def take_chars(self, count: int) -> None:
        """Spend characters; raises `TooLarge` when there are none left."""
        self.chars -= count
        if self.chars < 0:
            raise TooLarge("value_kb")


class Codec:
    """Turns values into their wire form and back. Subclasses add what is not plain data."""

    def __init__(self, limits: JailLimits) -> None:
        self.limits = limits
        self._most_chars = limits.value_chars
        self._most_levels = limits.value_depth

    # -- out --------------------------------------------------------------------------------------------------

    def encode(self, value: Any) -> Any:
        """Return the wire form of ``value``, or what `encode_beyond` makes of one that is beyond a limit."""
        kind = type(value)
        if value is None or kind is bool or (kind is str and len(value) <= self._most_chars):
            return value
        try:
            return self._encode(value, Budget(self.limits), 0)
        except TooLarge as error:
            return self.encode_beyond(value, error.limit)

    def _encode(self, value: Any, budget: Budget, depth: int) -> Any:
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is str:
            budget.chars -= len(value)
            if budget.chars < 0:
                raise TooLarge("value_kb")
            return value
        if kind is int:
            return value if -_SMALL_INT < value < _SMALL_INT else self._encode_large_int(value)
        if kind is float:
            return value if math.isfinite(value) else ["f", repr(value)]
        tag = _SEQUENCES.get(kind)
        if tag is not None:
            depth = self._deeper(depth, budget, len(value))
            return [tag, [self._encode(item, budget, depth) for item in value]]
        if kind is dict:
            depth = self._deeper(depth, budget, len(value))
            return [
                "d",
                [[self._encode(k, budget, depth), self._encode(v, budget, depth)] for k, v in value.items()],
            ]
        if kind is bytes:
            budget.take_chars(len(value))
            return ["b", value.hex()]
        if kind is complex:
            return ["c", repr(value.real), repr(value.imag)]
        return self.encode_other(value, budget, depth)

    def _deeper(self, depth: int, budget: Budget, items: int) -> int:
        """Return the depth of what is within a value of so many items; raises `TooLarge`."""
        budget.items -= items
        if budget.items < 0:
            raise TooLarge("value_items")
        if depth >= self._most_levels:
            raise TooLarge("value_depth")
        return depth + 1

    @staticmethod
    def _encode_large_int(value: int) -> list[str]:
        if value.bit_length() > MAX_INT_BITS:
            raise TooLarge("number")
        return ["i", hex(value)]

    def encode_other(self, value: Any, budget: Budget, depth: int) -> Any:
        """Return the wire form of a value that is not plain data."""
        raise NotImplementedError

    def encode_beyond(self, value: Any, limit: str) -> Any:
        """Return the wire form of a value that is beyond a limit."""
        raise NotImplementedError

    # -- in ---------------------------------------------------------------------------------------------------

    def decode(self, data: Any) -> Any:
        """Return the value behind a wire form; raise `ProtocolError` if it is none, `TooLarge` beyond a limit."""
        kind = type(data)
        if data is None or kind is bool or (kind is str and len(data) <= self._most_chars):
            return data
        return self._decode(data, Budget(self.limits), 0)

    def _decode(self, data: Any, budget: Budget, depth: int) -> Any:
        kind = type(data)
        if data is None or kind is bool:
            return data
        if kind is str:
            budget.chars -= len(data)
            if budget.chars < 0:
                raise TooLarge("value_kb")
            return data
        if kind is int:
            if not -_SMALL_INT < data < _SMALL_INT:
                raise ProtocolError("a large int in a form for small ones")
            return data
        if kind is float:
            if not math.isfinite(data):
                raise ProtocolError("a number beyond all floats")
            return data
        if kind is not list or not data or type(data[0]) is not str:
            raise ProtocolError("a value without a tag")
        tag = data[0]
        make = _REBUILD.get(tag)
        if make is not None:
            (items,) = fields(data, 1)
            depth = self._deeper(depth, budget, len(exact(items, list)))
            values = [self._decode(item, budget, depth) for item in items]
            return values if make is list else make(values if make is tuple else hashable(values))
        if tag == "d":
            return self._decode_dict(data, budget, depth)
        if tag in _SCALARS:
            return _SCALARS[tag](data, budget)
        return self.decode_other(tag, data, budget, depth)

    def _decode_dict(self, data: list[Any], budget: Budget, depth: int) -> dict[Any, Any]:
        (pairs,) = fields(data, 1)
        depth = self._deeper(depth, budget, len(exact(pairs, list)))
        if not all(type(pair) is list and len(pair) == 2 for pair in pairs):
            raise ProtocolError("a dict that is none")
        keys = hashable([self._decode(key, budget, depth) for key, _ in pairs])
        return dict(zip(keys, [self._decode(value, budget, depth) for _, value in pairs], strict=True))

    def decode_other(self, tag: str, data: list[Any], budget: Budget, depth: int) -> Any:
        """Return the value behind a tag that is not plain data."""
        raise NotImplementedError


def hashable(values: list[Any]) -> list[Any]:
    """Return ``values`` if a set can be made of them; raises `TooLarge` if that would take long, or `ProtocolError`."""
    try:
        hashes = [hash(value) for value in values]
    except TypeError:
        raise ProtocolError("a set or dict of what cannot be in one") from None
    if len(hashes) > MAX_ALIKE and len(set(hashes)) < len(hashes) - MAX_ALIKE:
        ((_, most),) = Counter(hashes).most_common(1)
        if most > MAX_ALIKE:
            raise TooLarge("alike")
    return values


def _decode_bytes(data: list[Any], budget: Budget) -> bytes:
    (text,) = fields(data, 1)
    budget.take_chars(len(exact(text, str)) // 2)
    if not _BYTES.fullmatch(text):
        raise ProtocolError("bytes that are none")
    return bytes.fromhex(text)


def _decode_int(data: list[Any], budget: Budget) -> int:
    (text,) = fields(data, 1)
    if len(exact(text, str)) > MAX_INT_BITS // 4 + 4:
        raise TooLarge("number")
    if not _LARGE_INT.fullmatch(text):
        raise ProtocolError("an int that is none")
    value = int(text, 16)
    if -_SMALL_INT < value < _SMALL_INT:
        raise ProtocolError("a small int in the form for large ones")
    return value


def _decode_float(data: list[Any], budget: Budget) -> float:
    (text,) = fields(data, 1)
    if text not in ("inf", "-inf", "nan"):
        raise ProtocolError("a float that is none")
    return float(text)


def _decode_complex(data: list[Any], budget: Budget) -> complex:
    return complex(*(_float_of(text) for text in fields(data, 2)))


def _float_of(text: Any) -> float:
    try:
        if len(exact(text, str)) <= 32 and repr(value := float(text)) == text:
            return value
    except ValueError:
        pass
    raise ProtocolError("a float that is none")


_SEQUENCES: dict[type, str] = {list: "l", tuple: "t", set: "s", frozenset: "z"}
_REBUILD: dict[str, Any] = {"l": list, "t": tuple, "s": set, "z": frozenset}
_SCALARS: dict[str, Any] = {"b": _decode_bytes, "i": _decode_int, "f": _decode_float, "c": _decode_complex}
