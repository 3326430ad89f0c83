"""The trusted end of one test's socket: frames as in `protocol`, within bounds on time, bytes and messages."""

from __future__ import annotations

import itertools
import re
import socket
import struct
import sys
import time
from collections.abc import Callable
from typing import Any

from autograder.jail.limits import JailLimits
from autograder.jail.protocol import (
    Channel,
    ChannelClosed,
    ChannelTimeout,
    ProtocolError,
    Stream,
    TooLarge,
    parse,
)

_PATIENCE = 4
"""A process that is busy, on a machine that is busier, gets this many times its wall time; its CPU limit ends it."""

_FAREWELL = 1
"""Messages beyond the limit that the runtime inside may send, to say which line went beyond it."""

MAX_NESTING = 256
"""Lists within lists in one frame; a value of the largest depth and the exception around it stay far below."""

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_MOST_DIGITS = 4300


class LimitReached(Exception):
    """The process has sent more than its limit; ``limit`` names it (a field of `autograder.model.Limits`)."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


class TestChannel(Channel):
    """Frames from a process that may be silent, slow on purpose, or without end.

    The wall limit counts from the start of the test and is checked with every piece that arrives, so neither silence
    nor a slow drip holds up the grader. ``busy`` tells whether the process is using the processor; one that is does
    not wait for anything real, and is left to its limit of processor time as far as possible.
    """

    __test__ = False
    __slots__ = ("_busy", "_bytes", "_deadline", "_last", "_messages", "_most_parts")

    def __init__(self, sock: Stream, limits: JailLimits, busy: Callable[[], bool]) -> None:
        super().__init__(sock)
        wall_seconds = limits.wall_seconds
        if isinstance(sock, socket.socket):  # any other stream pauses by itself
            pause = struct.pack("ll", *divmod(int(wall_seconds * 1e6 / 4) + 1, 1_000_000))
            # Socket options instead of settimeout(): the latter makes every call poll() first (45 us against 13).
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, pause)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, pause)
        self._deadline = time.monotonic() + wall_seconds
        self._last = self._deadline + (_PATIENCE - 1) * wall_seconds
        self._busy = busy
        self.max_frame = limits.frame_bytes
        self._bytes = (
            limits.protocol_bytes + limits.frame_bytes
        )  # what is sent before the runtime inside stops
        self._messages = limits.messages + _FAREWELL
        self._most_parts = limits.frame_parts

    def receive(self) -> Any:
        """Return the next frame.

        Raises `ChannelClosed`, `ChannelTimeout`, `ProtocolError`, `TooLarge` for one of too many parts, or
        `LimitReached` for one message or byte too many.
        """
        self._messages -= 1
        if self._messages < 0:
            raise LimitReached("messages")
        body = self._body()
        if len(body) > MAX_NESTING:  # no shorter one can cost much
            refuse_bombs(body, self._most_parts)
        return parse(body)

    def count(self, messages: int) -> None:
        """Count what one frame has brought beyond itself; raises `LimitReached`."""
        self._messages -= messages
        if self._messages < 0:
            raise LimitReached("messages")

    def _some(self, count: int) -> bytes:
        while True:
            try:
                data = self._socket.recv(count)
            except BlockingIOError:
                self._check_time()
                continue
            except OSError:
                raise ChannelClosed from None
            if time.monotonic() > self._deadline:
                self._check_time()
            self._bytes -= len(data)
            if self._bytes < 0:
                raise LimitReached("protocol_mb")
            return data

    def _check_time(self) -> None:
        now = time.monotonic()
        if now < self._deadline:
            return
        if now < self._last and self._busy():
            self._deadline = min(now + (self._last - now) / 4, self._last)
            return
        raise ChannelTimeout


def refuse_bombs(body: bytes | bytearray, most_parts: int) -> None:
    """Refuse a document that would cost much to read: nested deeply, of very many parts, or with endless numbers.

    Raises `ProtocolError` or `TooLarge`. JSON of 4 MiB can hold a million lists, which take a hundred MiB, and nest
    as deeply.
    """
    if not 0 < sys.get_int_max_str_digits() <= _MOST_DIGITS:
        sys.set_int_max_str_digits(
            _MOST_DIGITS
        )  # reading digits takes time that is quadratic in their number
    opened = body.count(b"[") + body.count(b"{")
    if opened <= MAX_NESTING and body.count(b",") <= most_parts:
        return
    bare = _STRING.sub(b"", body)
    brackets = bare.translate(None, _NOT_BRACKETS)
    if bare.count(b",") > most_parts or len(brackets) > 2 * most_parts:
        raise TooLarge("parts")
    if max(itertools.accumulate(map(_STEPS.__getitem__, brackets)), default=0) > MAX_NESTING:
        raise ProtocolError(f"lists nested more than {MAX_NESTING} deep")
