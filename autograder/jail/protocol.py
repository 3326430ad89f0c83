"""Frames, which go over the wire between the trusted side and a jail.

A frame is a 4-byte big-endian length and that many bytes of strict JSON: UTF-8, no NaN, no name twice in an object.
What is in it is for others to check: `wire` how much it is, `values` the values in it, `testing.messages` the rest.
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any, NoReturn, Protocol

MAX_FRAME = 4 * 2**20
"""Bytes. A longer frame is a protocol error, judged by its header before anything is buffered."""

_HEADER = struct.Struct(">I")
_encode_json = json.JSONEncoder(check_circular=False, separators=(",", ":"), allow_nan=False).encode


class ProtocolError(Exception):
    """The other side sent something that is not the protocol."""


class TooLarge(Exception):
    """A value, or a frame, is beyond a limit; ``limit`` names it as `autograder.testing.bounds` knows it."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


class ChannelClosed(Exception):
    """The other side is gone."""


class ChannelTimeout(Exception):
    """The other side did not answer within the wall-clock limit."""


def _refuse_constant(name: str) -> NoReturn:
    raise ProtocolError(f"{name} is not part of the protocol")


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        raise ProtocolError("the same name twice in one object")
    return names


_decode_json = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_unique_names).decode


class Stream(Protocol):
    """A blocking stream socket, or as much of one as a channel needs."""

    def recv(self, count: int, /) -> bytes:
        """Return up to ``count`` bytes, none at the end; raise BlockingIOError when it took too long."""

    def sendall(self, data: bytes, /) -> None:
        """Send all of it; raise BlockingIOError when it took too long."""

    def close(self) -> None:
        """Close it."""


class Channel:
    """Frames over a stream."""

    __slots__ = ("_socket", "max_frame")

    def __init__(self, sock: Stream, timeout: float | None = None) -> None:
        self._socket = sock
        self.max_frame = MAX_FRAME
        if timeout is not None and isinstance(sock, socket.socket):
            # SO_RCVTIMEO instead of settimeout(): the latter makes every call poll() first (45 us against 13).
            seconds = int(timeout)
            micros = int((timeout - seconds) * 1e6)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", seconds, micros))

    def send(self, message: Any) -> int:
        """Send one frame and return its length.

        Raises `ChannelClosed` when nobody is there, `ChannelTimeout` when nobody reads, `TooLarge` for a frame that
        is too long to be received.
        """
        body = _encode_json(message).encode("ascii")
        if len(body) > self.max_frame:
            raise TooLarge("frame")
        try:
            self._socket.sendall(_HEADER.pack(len(body)) + body)
        except BlockingIOError:
            raise ChannelTimeout from None
        except OSError:
            raise ChannelClosed from None
        return len(body) + _HEADER.size

    def receive(self) -> Any:
        """Return the next frame; raise `ChannelClosed`, `ChannelTimeout` or `ProtocolError`."""
        return parse(self._body())

    def _body(self) -> bytes | bytearray:
        """Return the next frame as it came."""
        (length,) = _HEADER.unpack(self._read(_HEADER.size))
        if length > self.max_frame:
            raise ProtocolError(f"a frame of {length} bytes (at most {self.max_frame} are allowed)")
        return self._read(length)

    def _read(self, count: int) -> bytes | bytearray:
        first = self._some(count)
        if len(first) == count:
            return first
        # One buffer for all of it: a frame may come in a million pieces.
        data = bytearray(first)
        while len(data) < count:
            piece = self._some(count - len(data))
            if not piece:
                raise ChannelClosed
            data += piece
        return data

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


def parse(body: bytes | bytearray) -> Any:
    """Return the JSON document in ``body``; raise `ProtocolError` for anything else."""
    try:
        return _decode_json(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"not JSON: {type(error).__name__}") from None


def exact(value: Any, kind: type) -> Any:
    """Return ``value`` if it is of exactly this type; raise `ProtocolError` if it is not."""
    if type(value) is not kind:
        raise ProtocolError(f"a {type(value).__name__} in the place of a {kind.__name__}")
    return value


def fields(data: list[Any], count: int) -> list[Any]:
    """Return what follows the tag; raise `ProtocolError` unless it is ``count`` things."""
    if len(data) != count + 1:
        raise ProtocolError(f"{len(data) - 1} fields in the place of {count}")
    return data[1:]
