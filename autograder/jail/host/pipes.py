"""Two pipes to a process, as one stream that never holds up the grader: the channel where sockets cannot be handed on.

On Windows a pipe can neither be polled nor given a time limit, and Ctrl-C does not interrupt whoever waits in one. So
two threads do the reading and the writing, and the main thread looks up every `PAUSE_SECONDS`.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from typing import IO

PAUSE_SECONDS = 0.1
_PIECE_BYTES = 65_536
_MOST_PIECES = 32
"""Pieces that are read ahead; a process that floods is stopped by its limits before that matters."""


class Pipes:
    """A stream, as `autograder.jail.protocol.Channel` takes it; ``on_pause`` is called while nothing comes."""

    def __init__(self, reading: IO[bytes], writing: IO[bytes]) -> None:
        self.on_pause: Callable[[], None] = lambda: None
        self._reading = reading
        self._writing = writing
        self._pieces: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._orders: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._room = threading.Semaphore(_MOST_PIECES)
        self._closed = False
        self._piece = b""
        self._at = 0
        self._ended = False
        threading.Thread(target=self._read_on, daemon=True).start()
        threading.Thread(target=self._write_on, daemon=True).start()

    def recv(self, count: int, /) -> bytes:
        """Return up to ``count`` bytes, none at the end; raise BlockingIOError if nothing came for a while."""
        if self._at == len(self._piece):
            if self._ended or self._closed:
                return b""
            try:
                self._piece = self._pieces.get(timeout=PAUSE_SECONDS)
            except queue.Empty:
                self.on_pause()
                raise BlockingIOError from None
            self._at = 0
            self._room.release()
            self._ended = not self._piece
        begin = self._at
        self._at = min(begin + count, len(self._piece))
        return self._piece[begin : self._at]

    def sendall(self, data: bytes, /) -> None:
        """Have bytes written; raise OSError if the stream has been closed."""
        if self._closed:
            raise BrokenPipeError
        self._orders.put(data)

    def close(self) -> None:
        """Send nothing more, and take in nothing more.

        Each pipe is closed by the thread that may be waiting in it, so no descriptor is used again under its hands.
        """
        if not self._closed:
            self._closed = True
            self._orders.put(b"")
            self._room.release()

    def _read_on(self) -> None:
        piece = b"?"
        while piece and not self._closed:
            try:
                piece = self._reading.read(_PIECE_BYTES)
            except (OSError, ValueError):
                piece = b""
            self._pieces.put(piece)
            self._room.acquire()
        with contextlib.suppress(OSError):
            self._reading.close()

    def _write_on(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # nobody reads any more: the reading end tells
            while data := self._orders.get():
                left = memoryview(data)
                while left:
                    left = left[self._writing.write(left) :]
        with contextlib.suppress(OSError):
            self._writing.close()
