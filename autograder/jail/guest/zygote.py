"""The process that stays: it prepares one submission and forks a child for each test.

It listens on one control socket and answers one request at a time: ``prepare`` (the submission's files), ``fork``
(with the test's socket and an error file attached), ``reap`` (kill a child and say how it ended).
"""

from __future__ import annotations

from . import clock as clock_module  # isort: skip  # first: what is imported later must find virtual time

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

from . import tamper
from .control import Control
from .load import compilable, give_back_exit
from .lockdown import Lockdown
from .runtime import Runtime, warm

_GRACE_SECONDS = 0.25
_GRACE_STEPS = 50
_READER_BYTES = 768 * 2**20
_MAXRSS_PER_KB = 1024 if sys.platform == "darwin" else 1


class Zygote(Control):
    """Keeps one submission ready, and forks a child for each test."""

    def __init__(self, control: int, lockdown: Lockdown) -> None:
        super().__init__(control, lockdown)
        self._runtime = Runtime(self.sources)

    def run(self, holds: dict[str, int | bool]) -> None:
        """Say what the lockdown has reached, and serve until the trusted side closes the socket."""
        self._runtime.install()
        warm(self._runtime)
        self._runtime.prepare()
        self._runtime.heed_signals()
        give_back_exit()
        self.serve(holds)

    def _do_prepare(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        self.take_files(request)
        self.sources.prepare(compilable(self.sources, self._confine_reader))
        self.sources.show_in_tracebacks()
        flags = tamper.scan(self.sources, self._confine_reader)
        gc.freeze()
        return {"compiled": sorted(self.sources.code), "flags": flags}

    def _do_fork(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        for done in request["kill"]:
            os.kill(done, signal.SIGKILL)
            os.waitpid(done, 0)
        return super()._do_fork(request, descriptors)

    def become_child(
        self, request: dict[str, Any], descriptors: list[int], line: socket.socket | None
    ) -> NoReturn:
        """Serve the test at the other end of the first descriptor, with the second one for a crash report."""
        try:
            limits = JailLimits.from_json(request["limits"])
            test, errors, null = descriptors
            # Not the zygote's own /dev/null: its flags and its position would tell the next test something.
            self.confine(limits, [null, null, errors, test], line)
            self._runtime.serve(socket.socket(fileno=3), limits, request.get("schedule", 0))
        finally:
            self._runtime.give_up()

    def _confine_reader(self) -> None:
        self._lockdown.confine_child(JailLimits(memory_bytes=_READER_BYTES))

    def _do_reap(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        pid = request["pid"]
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if not ended and request["report"]:
            os.kill(pid, signal.SIGXCPU)  # on which `Runtime.heed_signals` has put a report of the crash
        if request["wait"] or request["report"]:
            for _ in range(_GRACE_STEPS):
                if ended:
                    break
                select.select([], [], [], _GRACE_SECONDS / _GRACE_STEPS)
                ended, status, usage = os.wait4(pid, os.WNOHANG)
        alive = not ended
        if alive:
            os.kill(pid, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
        return {
            "exit": os.waitstatus_to_exitcode(status),
            "alive": alive,
            "cpu": usage.ru_utime + usage.ru_stime,
            "memory_kb": usage.ru_maxrss // _MAXRSS_PER_KB,
        }

    def _do_cpu(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        if sys.platform != "linux":
            return {"cpu": 0.0}  # nobody knows
        return {"cpu": time.clock_gettime(((~request["pid"]) << 3) | 2)}  # what clock_getcpuclockid() gives


def main(control: int, readable: Sequence[str], own_user: bool) -> None:
    """Run the zygote on an inherited control socket, confined as `Lockdown` says."""
    assert clock_module is not None
    lockdown = Lockdown(readable, own_user)
    holds = lockdown.confine_zygote()
    Zygote(control, lockdown).run(holds)
