"""The process that stays: it prepares one submission and forks a child for each test.

It listens on one control socket and answers one request at a time: ``prepare`` (the submission's files), ``fork``
(with the test's socket and an error file attached), ``reap`` (kill a child and say how it ended).
"""

from __future__ import annotations

from . import clock as clock_module  # isort: skip  # first: what is imported later must find virtual time

import base64
import builtins
import gc
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Sequence
from typing import Any, NoReturn

from autograder.jail.limits import JailLimits
from autograder.jail.protocol import parse

from . import tamper
from .load import Sources, compilable
from .lockdown import Lockdown
from .runtime import Runtime, warm

_HEADER_BYTES = 4
_GRACE_SECONDS = 0.25
_GRACE_STEPS = 50


class Zygote:
    """Answers the control socket until it is closed."""

    def __init__(self, control: socket.socket, lockdown: Lockdown) -> None:
        self._control = control
        self._lockdown = lockdown
        self._sources = Sources({})
        self._runtime = Runtime(self._sources)

    def run(self, holds: dict[str, int | bool]) -> None:
        """Say what the lockdown has reached, and serve until the trusted side closes the socket."""
        self._runtime.install()
        warm(self._runtime)
        self._runtime.prepare()
        _give_back_exit()
        self._reply({"ready": sys.version_info[:3], "holds": holds})
        os.dup2(0, 2)  # until here it says why it could not start; later nobody reads it (0 is /dev/null)
        while True:
            request, descriptors = self._receive()
            if request is None:
                return
            self._reply(getattr(self, "_do_" + request["do"])(request, descriptors))

    def _receive(self) -> tuple[Any, list[int]]:
        header, descriptors, _, _ = socket.recv_fds(self._control, _HEADER_BYTES, 2)
        if len(header) < _HEADER_BYTES:
            return None, []
        left = int.from_bytes(header, "big")
        parts = []
        while left:
            part = self._control.recv(min(left, 1 << 20))
            if not part:
                return None, []
            parts.append(part)
            left -= len(part)
        return parse(b"".join(parts)), descriptors

    def _reply(self, answer: dict[str, Any]) -> None:
        body = _to_json(answer)
        self._control.sendall(len(body).to_bytes(_HEADER_BYTES, "big") + body)

    def _do_prepare(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        self._sources.files.update({name: base64.b64decode(data) for name, data in request["files"].items()})
        self._sources.prepare(compilable(self._sources))
        self._sources.show_in_tracebacks()
        sys.meta_path.append(self._sources)
        flags = tamper.scan(self._sources)
        gc.collect()
        gc.freeze()
        return {"compiled": sorted(self._sources.code), "flags": flags}

    def _do_fork(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        for done in request["kill"]:
            os.kill(done, signal.SIGKILL)
            os.waitpid(done, 0)
        pid = os.fork()
        if pid == 0:
            self._become_child(request, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        return {"pid": pid}

    def _become_child(self, request: dict[str, Any], descriptors: list[int]) -> NoReturn:
        try:
            limits = JailLimits.from_json(request["limits"])
            test, errors = descriptors
            os.dup2(0, 1)
            os.dup2(errors, 2)
            os.dup2(test, 3)
            os.closerange(4, 256)
            self._lockdown.confine_child(limits)
            self._runtime.serve(socket.socket(fileno=3), limits)
        finally:
            self._runtime.give_up()

    def _do_reap(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        pid = request["pid"]
        alive = not _has_ended(pid)
        if alive and request["report"]:
            os.kill(pid, signal.SIGXCPU)  # on which `Runtime.prepare` has put a report of the crash
        if request["wait"] or request["report"]:
            for _ in range(_GRACE_STEPS):
                if not alive:
                    break
                select.select([], [], [], _GRACE_SECONDS / _GRACE_STEPS)
                alive = not _has_ended(pid)
        # A child that ended by itself keeps its own status: SIGKILL does nothing to a zombie.
        os.kill(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        return {
            "exit": os.waitstatus_to_exitcode(status),
            "alive": alive,
            "cpu": usage.ru_utime + usage.ru_stime,
            "memory_kb": usage.ru_maxrss,
        }

    def _do_cpu(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        return {"cpu": time.clock_gettime(((~request["pid"]) << 3) | 2)}  # what clock_getcpuclockid() gives


def _has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _give_back_exit() -> None:
    """Define ``exit`` and ``quit``, which an interpreter started without ``site`` lacks and students use."""

    def leave(code: object = None) -> NoReturn:
        raise SystemExit(code)

    for name in ("exit", "quit"):
        if not hasattr(builtins, name):
            setattr(builtins, name, leave)


def _to_json(answer: dict[str, Any]) -> bytes:
    import json

    return json.dumps(answer).encode()


def main(control: int, readable: Sequence[str], own_user: bool) -> None:
    """Run the zygote on an inherited control socket, confined as `Lockdown` says."""
    assert clock_module is not None
    lockdown = Lockdown(readable, own_user)
    holds = lockdown.confine_zygote()
    Zygote(socket.socket(fileno=control), lockdown).run(holds)
