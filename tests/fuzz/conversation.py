"""One conversation of the real trusted side with a jail that says whatever it is told to say.

A script is a line of letters, what the test does, and then one line for each frame that the jail sends: any bytes, in
which ``TAG`` stands for the tag that an answer must bear. A frame that begins with ``RAW`` is sent without its header.
When the frames are used up, the jail is gone. Nothing here waits, so a script takes no longer than it takes to read.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import types
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from autograder.jail.host import Ending
from autograder.jail.host.wire import TestChannel
from autograder.jail.limits import JailLimits
from autograder.jail.protocol import ProtocolError
from autograder.testing.clock import TrustedLoop, World
from autograder.testing.events import Output
from autograder.testing.failures import (
    OpaqueValue,
    StudentFailure,
    StudentRaised,
    SuiteDeadlock,
    ValueBeyondLimit,
    where_raised,
)
from autograder.testing.forms import read_script
from autograder.testing.link import Link
from autograder.testing.remote import Remote, RemoteClass
from autograder.testing.student import Student, leaks_of
from autograder.testing.verdict import judge

LIMITS = JailLimits(
    virtual_ns=10**12, messages=200, protocol_bytes=2**20, value_chars=5_000, value_items=500, value_depth=8
)
MOST_SECONDS = 2.0
_MOST_STEPS = 40
_MAY_BE_RAISED = (StudentFailure, StudentRaised, OpaqueValue, ValueBeyondLimit, asyncio.CancelledError)


class Socket:
    """The jail's end of the line, which answers each frame of the trusted side with the next ones of its script."""

    def __init__(self, frames: list[bytes]) -> None:
        self._frames = deque(frames)
        self._unread = b""
        self._tag = b"0"

    def setsockopt(self, *options: object) -> None:
        """Accept time-outs; nobody waits here."""

    def sendall(self, data: bytes) -> None:
        """Take a frame; note its tag."""
        message = json.loads(data[4:])
        if message[0] in ("run", "sync"):
            self._tag = b"%d" % message[1]

    def recv(self, count: int) -> bytes:
        """Give what the script says next, nothing when it is used up."""
        if not self._unread and self._frames:
            frame = self._frames.popleft().replace(b"TAG", self._tag)
            raw = frame.startswith(b"RAW")
            self._unread = frame[3:] if raw else len(frame).to_bytes(4, "big") + frame
        data, self._unread = self._unread[:count], self._unread[count:]
        return data

    def close(self) -> None:
        """Forget what was not read."""
        self._frames.clear()
        self._unread = b""


class Child:
    """What a `Link` needs of a test's process."""

    def __init__(self, frames: list[bytes], limits: JailLimits) -> None:
        self.limits = limits
        self.channel = TestChannel(Socket(frames), limits, lambda: False)  # type: ignore[arg-type]

    def kill(self, hung_up: bool = False, report: bool = False) -> Ending:
        """End it."""
        self.channel.close()
        return Ending(exit=0, cpu_seconds=0.0, memory_kb=1, errors="", was_alive=hung_up)

    def drop(self) -> None:
        """Be done with it."""
        self.channel.close()


@dataclass
class Heard:
    """What the test has got out of a conversation."""

    values: list[Any] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    failure: BaseException | None = None
    seconds: float = 0.0


def converse(script: bytes, limits: JailLimits = LIMITS) -> Heard:
    """Hold one conversation and return what came of it; raises what must not come of any."""
    steps, *frames = script.split(b"\n")
    begin = time.process_time()
    world = World()
    world.limit_ns = limits.virtual_ns
    link = Link(world, Child(frames, limits))  # type: ignore[arg-type]
    link.output = Output(limits, dated=True)
    world.link = link
    heard = Heard()
    with asyncio.Runner(loop_factory=lambda: TrustedLoop(world)) as runner:
        try:
            runner.run(_Test(link, heard).run(steps[:_MOST_STEPS]))
        except SuiteDeadlock:
            pass  # the jail has moved time on, and has nothing to say any more
        finally:
            link.draining = True
    link.finish()
    heard.failure = link.failure
    heard.seconds = time.process_time() - begin
    for value in heard.values:
        check_exact(value)
    for error in heard.errors:
        judge(error, "call", 0.0).message.encode()
    return heard


class _Test:
    """The test's side: what each letter of a script does."""

    def __init__(self, link: Link, heard: Heard) -> None:
        self._link = link
        self._heard = heard
        self._tasks: list[asyncio.Task[Any]] = []
        self._thing: Any = None
        self._ours = (
            self._function,
            self._coroutine_function,
            self._generator_function,
            object(),
            ValueError("ours"),
        )
        for one in self._ours:  # numbers 1 to 5 over there
            link.codec.encode(one)

    async def run(self, steps: bytes) -> None:
        """Go through the steps, then wait for what was begun."""
        for step in steps.decode("latin-1"):
            action = getattr(self, f"_do_{step}", None)
            if action is not None:
                await self._try(action())
        for task in self._tasks:
            await self._try(task)

    async def _try(self, action: Any) -> None:
        try:
            value = await action
        except BaseException as error:
            of_student = where_raised(error) is not None or isinstance(error, _MAY_BE_RAISED)
            if not of_student and error is not self._ours[4]:
                raise
            self._heard.errors.append(error)
        else:
            self._heard.values.append(value)
            if isinstance(value, Remote):
                self._thing = value

    async def _do_s(self) -> Any:
        return self._link.sync("getattr", 1, ("name",))

    async def _do_l(self) -> Any:
        return self._link.sync("load", 0, ("ex.py",))

    async def _do_c(self) -> Any:
        call = self._link.call("call", 1, [*self._ours[:3], 1])
        self._tasks.append(asyncio.get_running_loop().create_task(call))

    async def _do_k(self) -> Any:
        if self._tasks:
            self._tasks[-1].cancel()

    async def _do_z(self) -> Any:
        await asyncio.sleep(0)

    async def _do_t(self) -> Any:
        await asyncio.sleep(1)

    async def _do_r(self) -> Any:
        return str(leaks_of(self._link))

    async def _do_p(self) -> Any:
        try:
            return tuple(read_script(self._link.sync("script", 0, ("ex.py",))))
        except ProtocolError as error:
            self._link.refuse(error)

    async def _do_o(self) -> Any:
        output = self._link.output
        seconds = [event.seconds for event in output.events]
        with contextlib.suppress(AssertionError):
            return [output.text, output.lines(), seconds, output.may_have_left_something()]

    async def _do_i(self) -> Any:
        return isinstance(self._thing, self._thing) if type(self._thing).__base__ is RemoteClass else None

    async def _do_g(self) -> Any:
        return self._thing.some_name if self._thing is not None else None

    async def _do_m(self) -> Any:
        return repr(Student(self._link, self._thing)._module) if self._thing is not None else None

    def _function(self, *args: Any, **kwargs: Any) -> Any:
        return [args, kwargs]

    async def _coroutine_function(self, *args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(0.5)
        if args:
            raise self._ours[4]
        return kwargs

    async def _generator_function(self, *args: Any) -> Any:
        for arg in args:
            yield arg


_OURS = (Remote, BaseException, types.FunctionType, types.MethodType, types.AsyncGeneratorType)


def check_exact(value: Any, depth: int = 0) -> None:
    """Raise AssertionError unless a value is made of exact builtin types, stand-ins, exceptions and the test's own."""
    assert depth <= LIMITS.value_depth + 2, "nested too deeply"
    kind = type(value)
    if kind in (list, tuple, set, frozenset):
        for each in value:
            check_exact(each, depth + 1)
    elif kind is dict:
        for key, each in value.items():
            check_exact(key, depth + 1)
            check_exact(each, depth + 1)
    elif isinstance(value, types.CoroutineType):
        value.close()
    else:
        assert (
            value is None
            or kind in (bool, int, float, str, bytes, complex, object)
            or isinstance(value, _OURS)
            or (isinstance(value, type) and issubclass(value, BaseException))
        ), f"a {kind.__name__}"
