"""The process of one test, where none can be forked: started by the trusted side, which talks to it through two pipes.

It says that it is ready, and is then told what to do: to read the submission for red flags (``read``), or to serve a
test (``test``), as a forked one does. Nothing here may need more than any system has: it runs on Windows, too.
"""

from __future__ import annotations

from . import clock as clock_module  # isort: skip  # first: what is imported later must find virtual time

import _thread
import base64
import gc
import os
import queue
import sys
from typing import Any, NoReturn

from autograder.jail.limits import LOST_CHANNEL, JailLimits
from autograder.jail.protocol import Channel, ChannelClosed

from . import refusal, tamper
from .load import Sources, give_back_exit
from .runtime import Runtime, warm
from .vigil import Vigil

_ORDER_BYTES = 2**30
_PIECE_BYTES = 2**20
_FIRST_DESCRIPTOR = 100
"""Out of the way of programs that write to small numbers."""


class Pipes:
    """The stream to the trusted side.

    A thread reads it, which ends the process when nobody is there any more, whatever the program waits for.
    """

    def __init__(self, reading: int, writing: int) -> None:
        """To be called before anything of the standard library is replaced, by us or by a program."""
        self._reading = reading
        self._writing = writing
        self._read, self._write = os.read, os.write
        self._exit = os._exit
        self._pieces: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._rest = b""
        _thread.start_new_thread(self._read_on, ())

    def recv(self, count: int, /) -> bytes:
        """Return up to ``count`` bytes."""
        rest = self._rest or self._pieces.get()
        self._rest = rest[count:]
        return rest[:count]

    def sendall(self, data: bytes, /) -> None:
        """Send all of it."""
        left = memoryview(data)
        while left:
            left = left[self._write(self._writing, left) :]

    def close(self) -> None:
        """Close the one that is written to."""
        os.close(self._writing)

    def _read_on(self) -> None:
        try:
            while piece := self._read(self._reading, _PIECE_BYTES):
                self._pieces.put(piece)
        finally:
            self._exit(LOST_CHANNEL)


def take_descriptors() -> tuple[Pipes, int]:
    """Move the pipes and the error file out of the way of a program; 0, 1 and 2 lead nowhere from now on."""
    null = os.open(os.devnull, os.O_RDWR)
    kept = []
    for descriptor in range(3):
        kept.append(os.dup2(descriptor, _FIRST_DESCRIPTOR + descriptor, inheritable=False))
        os.dup2(null, descriptor)
    os.close(null)
    if sys.platform == "win32":
        import msvcrt

        for descriptor in kept:
            msvcrt.setmode(descriptor, os.O_BINARY)
    reading, writing, errors = kept
    return Pipes(reading, writing), errors


def main() -> NoReturn:
    """Make ready, and do what is asked until a test is over."""
    assert clock_module is not None
    leave = os._exit
    pipes, errors = take_descriptors()
    sys.dont_write_bytecode = True  # until here it is of use: of the runtime
    channel = Channel(pipes)
    channel.max_frame = _ORDER_BYTES
    sources = Sources({})
    runtime = Runtime(sources)
    runtime.start_timer = Vigil(runtime, errors).begin
    runtime.install()
    warm(runtime)
    runtime.prepare()
    give_back_exit()
    try:
        channel.send({"ready": sys.version_info[:3]})
        while True:
            order = channel.receive()
            _take_files(sources, order)
            if order["do"] == "test":
                _serve(runtime, pipes, order)
            channel.send({"flags": tamper.scan(sources, None)})
    except ChannelClosed:
        leave(LOST_CHANNEL)
        raise AssertionError from None


def _take_files(sources: Sources, order: dict[str, Any]) -> None:
    files = {name: base64.b64decode(data) for name, data in order["files"].items()}
    sources.take(files, order.get("notebooks", {}))


def _serve(runtime: Runtime, pipes: Pipes, order: dict[str, Any]) -> NoReturn:
    try:
        runtime.sources.flagged = order["flagged"]
        runtime.sources.show_in_tracebacks()
        sys.meta_path.append(runtime.sources)
        refusal.install()
        gc.collect()
        gc.freeze()
        runtime.serve(pipes, JailLimits.from_json(order["limits"]), order.get("schedule", 0))
    finally:
        runtime.give_up()
