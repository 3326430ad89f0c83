"""The bare entry: a student's program on the real clock, with nothing of our runtime around it.

In a test the program shares its interpreter with the runtime, which tells the trusted side what was printed, and
when. Here nobody tells: what the program prints goes down a pipe, and the trusted side notes when it arrives. So this
module must import neither ``clock`` nor ``runtime``, nor anything that does.

Requests: ``prepare`` (the submission's files), ``fork`` (with a pipe for what is printed and a line of its own
attached), ``reap``. A child that has loaded its file says so on its line with one byte, and is then given the scene
to play: what to call, with which arguments. It is answered by nothing but the printed lines.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from asyncio import CancelledError, ensure_future, gather, run, sleep, wait
from collections.abc import Awaitable, Callable, Sequence
from types import ModuleType
from typing import Any, NoReturn

from autograder.jail.limits import JailLimits
from autograder.jail.protocol import Channel

from . import patch
from .control import Control
from .load import Sources, give_back_exit
from .lockdown import Lockdown

LOADED = b"L"
RESULT = "-> "
"""What a line begins with that tells the result of a call."""


class Bare(Control):
    """Forks a child for each scene; several may play at the same time."""

    def _do_prepare(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        self.take_files(request)
        return {}

    def _do_reap(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        os.kill(request["pid"], signal.SIGKILL)
        _, _, usage = os.wait4(request["pid"], 0)
        return {"cpu": usage.ru_utime + usage.ru_stime}

    def become_child(
        self, request: dict[str, Any], descriptors: list[int], line: socket.socket | None
    ) -> NoReturn:
        """Tick, or play a scene, with descriptor 1 the pipe and 3 the line."""
        leave = os._exit
        try:
            printed, talk = descriptors
            self.confine(JailLimits.from_json(request["limits"]), [0, printed, 2, talk], line)
            if request["tick"]:
                tick(request["tick"])
            _open_streams()
            perform(self.sources, request["file"], request["program"], Channel(socket.socket(fileno=3)))
        except BaseException as problem:  # noqa: BLE001 - whatever ends a program is its way of ending
            print(f"{type(problem).__name__}: {problem}", flush=True)
        finally:
            leave(0)


def tick(seconds: float) -> NoReturn:
    """Write a line at every beat, on which the trusted side sees how well this machine keeps time."""
    os.write(3, LOADED)
    beat = time.monotonic()
    while True:
        os.write(1, b"\n")
        beat += seconds
        time.sleep(max(beat - time.monotonic(), 0))


def perform(sources: Sources, file: str, program: bool, line: Channel) -> None:
    """Run a file as a program when told to, or load it and play the scene that comes down the line."""
    if program:
        _next_scene(line)
        with contextlib.suppress(SystemExit):
            sources.run(file, "__main__")
        threading._shutdown()  # type: ignore[attr-defined]  # as at the end of any program: threads that are no daemons are waited for
    else:
        module = _load(sources, file)
        scene = _next_scene(line)
        for name, answers in scene["doubles"].items():
            patch.replace(module, name, _double(name, answers))
        run(_play(module, scene))
    sys.stdout.flush()


def _next_scene(line: Channel) -> dict[str, Any]:
    sys.stdout.flush()
    os.write(3, LOADED)
    scene: dict[str, Any] = line.receive()
    line.close()
    return scene


def _load(sources: Sources, file: str) -> ModuleType:
    name = file.removesuffix(".py").replace("/", ".")
    try:
        return sources.run(file, name)
    except SystemExit as done:
        # sys.exit(asyncio.run(main())) without a guard is a program that has come to its good end.
        if done.code not in (None, 0):
            raise
        return sys.modules[name]


async def _play(module: ModuleType, scene: dict[str, Any]) -> None:
    acts: list[Awaitable[str | None]] = [_call(module, *call) for call in scene["calls"]]
    acts += [_stream(module, *stream) for stream in scene["streams"]]
    for result in await gather(*acts):
        if result is not None:
            print(RESULT + result)


async def _call(
    module: ModuleType, name: str, args: Sequence[Any], cancel_after: float | None, tell: bool
) -> str | None:
    """Await one of the student's functions; return in words what came of it, None where nobody asks."""
    task = ensure_future(getattr(module, name)(*args))
    if cancel_after is not None:
        await sleep(cancel_after)
        task.cancel()
    await wait([task])
    if task.cancelled():
        return "cancelled"
    error = task.exception()
    if error is not None:
        return f"{type(error).__name__}: {error}"
    return f"{task.result()}" if tell else None


async def _stream(
    module: ModuleType, kind: str, args: Sequence[Any], method: str, more: Sequence[Any]
) -> None:
    """Enter one of the student's connections, and tell each item that a method of it gives, if one is named."""
    async with getattr(module, kind)(*args) as opened:
        if not method:
            return
        async for item in getattr(opened, method)(*more):
            print(f"{RESULT}{dict(item) if isinstance(item, dict) else item}")


def _double(name: str, answers: dict[str, tuple[float, str]]) -> Callable[..., Any]:
    """Return a coroutine function that tells when it begins and ends; its text argument chooses time and result."""

    async def double(*args: Any, **kwargs: Any) -> str:
        key = next((value for value in (*args, *kwargs.values()) if type(value) is str), "")
        seconds, result = answers.get(key, (0.0, ""))
        print(f"{name} {key} begins")
        try:
            await sleep(seconds)
        except CancelledError:
            print(f"{name} {key} is cancelled")
            raise
        print(f"{name} {key} ends")
        return result

    return double


def _open_streams() -> None:
    """Give the program what an interpreter of its own would have, with every line written as soon as it is complete."""
    stdin: Any = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it lives as long as the process
    sys.stdin = sys.__stdin__ = stdin  # type: ignore[misc]
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        stream = open(  # noqa: SIM115
            descriptor,
            "w",
            buffering=1,
            encoding="utf-8",
            errors="backslashreplace",
            newline="\n",
            closefd=False,
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def main(control: int, readable: Sequence[str], own_user: bool) -> None:
    """Answer on an inherited control socket, confined as `Lockdown` says."""
    lockdown = Lockdown(readable, own_user)
    holds = lockdown.confine_zygote()
    give_back_exit()
    Bare(control, lockdown).serve(holds)
