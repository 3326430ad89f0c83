"""The trusted end of one test's socket: frames as in `protocol`, within bounds on the test's time and bytes."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable

from autograder.jail.protocol import Channel, ChannelClosed, ChannelTimeout, ProtocolError

MAX_TEST_BYTES = 64 * 2**20
"""All that one test's process may send. A suite's honest tests stay far below one MiB."""

_PATIENCE = 4
"""A process that is busy, on a machine that is busier, gets this many times its wall time; its CPU limit ends it."""


class TestChannel(Channel):
    """Frames from a process that may be silent, slow on purpose, or without end.

    The wall limit counts from the start of the test and is checked with every piece that arrives, so neither silence
    nor a slow drip holds up the grader. ``busy`` tells whether the process is using the processor; one that is does
    not wait for anything real, and is left to its limit of processor time as far as possible.
    """

    __test__ = False
    __slots__ = ("_busy", "_deadline", "_last", "_left")

    def __init__(self, sock: socket.socket, wall_seconds: float, busy: Callable[[], bool]) -> None:
        super().__init__(sock)
        pause = struct.pack("ll", *divmod(int(wall_seconds * 1e6 / 4) + 1, 1_000_000))
        # Socket options instead of settimeout(): the latter makes every call poll() first (45 us against 13).
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, pause)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, pause)
        self._deadline = time.monotonic() + wall_seconds
        self._last = self._deadline + (_PATIENCE - 1) * wall_seconds
        self._left = MAX_TEST_BYTES
        self._busy = busy

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
            self._left -= len(data)
            if self._left < 0:
                raise ProtocolError(f"more than {MAX_TEST_BYTES >> 20} MiB in one test")
            return data

    def _check_time(self) -> None:
        now = time.monotonic()
        if now < self._deadline:
            return
        if now < self._last and self._busy():
            self._deadline = min(now + (self._last - now) / 4, self._last)
            return
        raise ChannelTimeout
