"""What goes over the wire between the trusted side and a jail: frames and values.

A frame is a 4-byte big-endian length and that many bytes of JSON. A value is JSON in which every list is tagged
with what it stands for, so that only exact builtin types come out::

    None True 1 1.5 "text"                          themselves
    ["l", [..]] ["t", [..]] ["s", [..]] ["z", [..]] list, tuple, set, frozenset
    ["d", [[key, value], ..]]                       dict, in order
    ["b", hex] ["i", hex] ["f", "nan"] ["c", re, im] bytes, large int, non-finite float, complex
    ["h", ..] ["e", ..] ["x", ..]                   handle, exception, callable of the other side

The last three are made and understood by the two sides' own subclasses of `Codec`.
"""

from __future__ import annotations

import json
import math
import socket
import struct
from typing import Any, NoReturn

MAX_FRAME = 4 * 2**20
"""Bytes. A longer frame is a protocol error, judged by its header before anything is buffered."""

MAX_NODES = 20_000
MAX_DEPTH = 24
MAX_TEXT = 256 * 2**10

_HEADER = struct.Struct(">I")
_encode_json = json.JSONEncoder(check_circular=False, separators=(",", ":"), allow_nan=False).encode
_SMALL_INT = 2**53


class ProtocolError(Exception):
    """The other side sent something that is not the protocol."""


class TooLarge(Exception):
    """A value has too many parts, is nested too deeply, or holds too much text to be sent."""


class ChannelClosed(Exception):
    """The other side is gone."""


class ChannelTimeout(Exception):
    """The other side did not answer within the wall-clock limit."""


def _refuse_constant(name: str) -> NoReturn:
    raise ProtocolError(f"{name} is not part of the protocol")


_decode_json = json.JSONDecoder(parse_constant=_refuse_constant).decode


class Channel:
    """Frames over a blocking stream socket."""

    __slots__ = ("_socket",)

    def __init__(self, sock: socket.socket, timeout: float | None = None) -> None:
        self._socket = sock
        if timeout is not None:
            # SO_RCVTIMEO instead of settimeout(): the latter makes every call poll() first (45 us against 13).
            seconds = int(timeout)
            micros = int((timeout - seconds) * 1e6)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", seconds, micros))

    def send(self, message: Any) -> None:
        """Send one frame.

        Raises `ChannelClosed` when nobody is there, `ChannelTimeout` when nobody reads, `TooLarge` above `MAX_FRAME`.
        """
        body = _encode_json(message).encode("ascii")
        if len(body) > MAX_FRAME:
            raise TooLarge(f"{len(body)} bytes (at most {MAX_FRAME} go at once)")
        try:
            self._socket.sendall(_HEADER.pack(len(body)) + body)
        except BlockingIOError:
            raise ChannelTimeout from None
        except OSError:
            raise ChannelClosed from None

    def receive(self) -> Any:
        """Return the next frame; raise `ChannelClosed`, `ChannelTimeout` or `ProtocolError`."""
        head = self._read(_HEADER.size)
        (length,) = _HEADER.unpack(head)
        if length > MAX_FRAME:
            raise ProtocolError(f"a frame of {length} bytes (at most {MAX_FRAME} are allowed)")
        return parse(self._read(length))

    def _read(self, count: int) -> bytes:
        data = self._some(count)
        if len(data) == count:
            return data
        parts = [data]
        got = len(data)
        while data and got < count:
            data = self._some(count - got)
            parts.append(data)
            got += len(data)
        if got < count:
            raise ChannelClosed
        return b"".join(parts)

    def _some(self, count: int) -> bytes:
        """Return up to ``count`` bytes; none at the end of the stream."""
        try:
            return self._socket.recv(count)
        except BlockingIOError:
            raise ChannelTimeout from None
        except OSError:
            raise ChannelClosed from None

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


def parse(body: bytes) -> Any:
    """Return the JSON document in ``body``; raise `ProtocolError` for anything else."""
    try:
        return _decode_json(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"not JSON: {type(error).__name__}") from None


class Codec:
    """Turns values into their wire form and back. Subclasses add what is not plain data."""

    def encode(self, value: Any) -> Any:
        """Return the wire form of ``value``; what is too large to copy goes as an opaque handle."""
        try:
            return self._encode(value, [MAX_NODES, MAX_TEXT], 0)
        except TooLarge:
            return self.encode_other(value)

    def _encode(self, value: Any, budget: list[int], depth: int) -> Any:
        budget[0] -= 1
        if depth > MAX_DEPTH or budget[0] < 0:
            raise TooLarge
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is str:
            budget[1] -= len(value)
            if budget[1] < 0:
                raise TooLarge
            return value
        if kind is int:
            return value if -_SMALL_INT < value < _SMALL_INT else self._encode_large_int(value)
        if kind is float:
            return value if math.isfinite(value) else ["f", repr(value)]
        if kind is dict:
            deeper = depth + 1
            return [
                "d",
                [
                    [self._encode(k, budget, deeper), self._encode(v, budget, deeper)]
                    for k, v in value.items()
                ],
            ]
        tag = _SEQUENCES.get(kind)
        if tag is not None:
            return [tag, [self._encode(item, budget, depth + 1) for item in value]]
        if kind is bytes:
            budget[1] -= len(value)
            if budget[1] < 0:
                raise TooLarge
            return ["b", value.hex()]
        if kind is complex:
            return ["c", repr(value.real), repr(value.imag)]
        return self.encode_other(value)

    @staticmethod
    def _encode_large_int(value: int) -> list[str]:
        if value.bit_length() > 8 * MAX_TEXT:
            raise TooLarge
        return ["i", hex(value)]

    def decode(self, data: Any) -> Any:
        """Return the value behind a wire form; raise `ProtocolError` if it is none."""
        if data is None or type(data) in (bool, int, float, str):
            return data
        if type(data) is not list or not data or type(data[0]) is not str:
            raise ProtocolError("a value without a tag")
        tag = data[0]
        if tag in _REBUILD:
            return _REBUILD[tag]([self.decode(item) for item in data[1]])
        if tag == "d":
            return {self.decode(k): self.decode(v) for k, v in data[1]}
        if tag == "b":
            return bytes.fromhex(data[1])
        if tag == "i":
            return int(data[1], 16)
        if tag == "f":
            return float(data[1])
        if tag == "c":
            return complex(float(data[1]), float(data[2]))
        return self.decode_other(tag, data)

    def encode_other(self, value: Any) -> Any:
        """Return the wire form of a value that is not plain data."""
        raise NotImplementedError

    def decode_other(self, tag: str, data: list[Any]) -> Any:
        """Return the value behind a tag that is not plain data."""
        raise NotImplementedError


_SEQUENCES: dict[type, str] = {list: "l", tuple: "t", set: "s", frozenset: "z"}
_REBUILD: dict[str, Any] = {"l": list, "t": tuple, "s": set, "z": frozenset}
