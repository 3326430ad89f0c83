"""A test that is played before the fork, so that no child pays for the first times.

The interpreter makes code faster that has run a few times, and writes to it while it does so. What has run here has
that behind it: a forked child finds fast code, in pages of memory that it need not copy.
"""

from __future__ import annotations

import asyncio
import gc
import json
import struct
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autograder.jail.limits import JailLimits
from autograder.jail.protocol import Channel

from .load import Globals
from .loop import VirtualLoop
from .output import Printed
from .record import Recorder
from .serve import Server
from .watch import Watch

if TYPE_CHECKING:
    from .runtime import Runtime

_ROUNDS = 3
"""Each round does most things several times; an interpreter of version 3.11 makes code faster after eight."""

_NAME = "rehearsal.py"

# Its tasks are made with names, since asyncio counts those that have none, and a program may print its numbers.
_PLAY = b"""
import asyncio


async def fetch(name, seconds):
    print(f"{name} begins")
    await asyncio.sleep(seconds)
    return f"{name} ends"


async def job(name, seconds):
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        print(f"{name} was cancelled")
        raise


class Connection:
    def __init__(self, name):
        self.name = name
        self.is_open = False

    async def __aenter__(self):
        await asyncio.sleep(0.1)
        self.is_open = True
        return self

    async def __aexit__(self, kind, error, trace):
        await asyncio.sleep(0.1)
        self.is_open = False
        return False

    async def rows(self, count):
        for number in range(count):
            await asyncio.sleep(0.01)
            yield {"number": number}


async def main():
    loop = asyncio.get_running_loop()
    begun = [loop.create_task(fetch(name, seconds), name=name) for name, seconds in (("a", 1.0), ("b", 0.5))]
    results = await asyncio.gather(*begun)
    print(results)
    running = loop.create_task(job("c", 5), name="c")
    await asyncio.sleep(0.1)
    running.cancel()
    try:
        await running
    except asyncio.CancelledError:
        print("cancelled")
    async with Connection("d") as connection:
        async for row in connection.rows(3):
            print(row)
    return results


if __name__ == "__main__":
    asyncio.run(main())
"""


class _Over(BaseException):
    """The play is over."""


class _Stage:
    """A stream whose other end is a list of messages."""

    def __init__(self, messages: Iterator[Any]) -> None:
        self._messages = messages
        self._rest = b""

    def recv(self, count: int, /) -> bytes:
        if not self._rest:
            body = json.dumps(next(self._messages, None)).encode()
            if body == b"null":
                raise _Over
            self._rest = struct.pack(">I", len(body)) + body
        piece, self._rest = self._rest[:count], self._rest[count:]
        return piece

    def sendall(self, data: bytes, /) -> None: ...

    def close(self) -> None: ...


def rehearse(runtime: Runtime) -> None:
    """Play it several times, in a runtime that is installed; nothing of it is left there, but a clock that went on."""
    kept = runtime.recorder, runtime.watch, runtime.globals_at_first
    runtime.recorder = Recorder(runtime)
    runtime.watch = Watch(runtime.recorder.tampered)
    runtime.globals_at_first = Globals()
    sources = runtime.sources
    sources.files[_NAME] = _PLAY
    gc.freeze()  # in a test, too, the collector looks at what the test has made and at nothing else
    try:
        for _ in range(_ROUNDS):
            _play(runtime)
    finally:
        runtime.recorder, runtime.watch, runtime.globals_at_first = kept
        for each in (sources.files, sources.code, sources.texts):
            each.pop(_NAME, None)


def _play(runtime: Runtime) -> None:
    loop = VirtualLoop()
    channel = Channel(_Stage(_messages()))
    server = Server(runtime, channel, JailLimits())
    before = sys.stdout
    sys.stdout = Printed(runtime.recorder, 2**20, lambda: None)
    runtime.server, runtime._loop, runtime._channel = server, loop, channel
    try:
        server.serve_without_loop()
        loop.begin_again()
        asyncio.set_event_loop(loop)
        server.serve(loop)
    except _Over:
        pass
    finally:
        sys.stdout = before
        asyncio.set_event_loop(None)
        loop.served = False
        loop.close()
        sys.modules.pop(_NAME.removesuffix(".py"), None)


def _messages() -> Iterator[Any]:
    """Yield what the trusted side would send. Handles are counted from 1, in the order in which things go out."""
    tag = 10**14

    def at_once(operation: str, target: int, *args: Any, running: bool = False) -> list[Any]:
        return ["sync", tag, 0, running, operation, target, list(args), {}, []]

    def awaited(call: int, operation: str, target: int, *args: Any, task: int = 1) -> list[Any]:
        return ["run", tag, 0, None, [["call", task, call, 0, operation, target, list(args), {}]]]

    yield at_once("load", 0, _NAME)  # 1
    for name in ("fetch", "job", "Connection", "main", "rows"):
        yield at_once("hasattr", 1, name)
    yield at_once("getattr", 1, "fetch")  # 2
    yield awaited(1, "call", 2, "a", 1.5)
    yield awaited(2, "call", 2, "b", 0.5, task=2)
    yield at_once("getattr", 1, "main", running=True)  # 3
    yield awaited(3, "call", 3)
    yield at_once("getattr", 1, "Connection", running=True)  # 4
    yield at_once("call", 4, "c", running=True)  # 5
    yield at_once("getattr", 5, "is_open", running=True)
    yield awaited(4, "__aenter__", 5)
    yield at_once("getattr", 5, "rows", running=True)  # 6
    yield at_once("call", 6, 2, running=True)  # 7
    for call in range(5, 8):
        yield awaited(call, "anext", 7)
    yield awaited(8, "__aexit__", 5)
    yield at_once("getattr", 1, "job", running=True)  # 11: rows and errors count as well
    yield ["run", tag, 0, 0, [["call", 3, 9, 0, "call", 11, ["d", 9.0], {}]]]
    yield ["run", tag, 0, None, [["cancel", 3, 9, None]]]
    yield at_once("patch", 1, "fetch", ["x", 1, "coroutine function", "fetch"], running=True)
    yield awaited(10, "call", 3)
    yield ["run", tag, 0, None, [["cbret", 1, ["ok", "a"]], ["cbret", 2, ["ok", "b"]]]]
    yield at_once("report", 0, running=True)
    yield ["run", tag, 0, None, [["end", number] for number in (1, 2, 3)]]
