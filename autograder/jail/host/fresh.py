"""The plain jail where no process can be forked (Windows): a fresh Python for each test, started ahead.

It means the same as a forked one: the same runtime, protocol and virtual clock. What is left out is what such a
system does not have: limits of the kernel's. Wall time, messages, bytes and output are limited as ever; processor time
by the runtime inside, and from outside where it can be known.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from autograder.errors import JailUnavailable
from autograder.jail.limits import JailLimits
from autograder.jail.protocol import Channel, ChannelClosed, ChannelTimeout, ProtocolError
from autograder.model import Notebook

from .child import Child, Ending
from .interpreter import Interpreter
from .pipes import Pipes
from .start import ENVIRONMENT, in_order
from .wire import TestChannel

FORCED = False
"""Do without forking where it could be had, too."""

AHEAD = 2
"""Processes that are ready, or on their way, while a test runs. Starting one takes longer than most tests."""

_JAIL = Path(__file__).resolve().parents[1]

# The packages are put there by hand: with the folder that they lie in on the path, whatever else is installed beside
# them could hide a module of the standard library. What ssl is left out for, `start` tells.
_PROGRAM = """\
import sys
sys.modules["ssl"] = None
for name, folder in (("autograder", {package}), ("autograder.jail", {jail})):
    sys.modules[name] = type(sys)(name)
    sys.modules[name].__path__ = [folder]
from autograder.jail.guest.single import main
for name in ("autograder", "autograder.jail"):
    sys.modules[name].__path__ = []
del sys.modules["ssl"], name, folder
main()
"""

_FROM_HERE = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "PATH", "TEMP", "TMP")
"""What Python and its libraries need of the environment on Windows."""

START_SECONDS = 30.0
_READ_SECONDS = 10.0
_ORDER_BYTES = 2**30
_ERROR_BYTES = 16_384
_GRACE_SECONDS = 0.25
_BUSY_SECONDS = 0.02
_SPARE_CPU_SECONDS = 2
"""Beyond its limit, in which the runtime inside names the line; a call into C that never comes back does not let it."""

_SIGABRT, _SIGSEGV, _SIGKILL, _SIGXCPU = 6, 11, 9, 24
_CRASHES = {0xC0000409: _SIGABRT}
_FIRST_CRASH = 0xC0000000
_GONE = (ChannelClosed, ChannelTimeout, ProtocolError, KeyError, TypeError, ValueError)


def is_needed() -> bool:
    """Tell whether each test of the plain jail gets a process that is started for it."""
    return FORCED or not hasattr(os, "fork")


class FreshProcesses:
    """Starts the processes of one submission's tests."""

    def __init__(self, interpreter: Interpreter, schedule: int = 0) -> None:
        self._interpreter = interpreter
        self._schedule = schedule
        self._submission: dict[str, Any] = {}
        self._flagged = False
        self._ready: list[Process] = []
        self._begun: list[Process] = []

    def start(self, files: dict[str, bytes], notebooks: Mapping[str, Notebook]) -> list[Any]:
        """Take a submission and return its red flags; raises `JailUnavailable` if Python cannot be started."""
        self._submission = in_order(files, notebooks)
        self._start_ahead()
        first = self._ready[0]
        try:
            first.wait_until_ready(self._interpreter.version)
        except JailUnavailable:
            self.close()
            raise
        if not files:
            return []
        try:
            flags = first.ask({"do": "read", **self._submission}, _READ_SECONDS)["flags"]
        except _GONE:
            flags = []  # a text that is the death of its reader; the tests that load the file will tell
            self._ready.remove(first)
            first.end()
            self._begun.append(first)
        self._flagged = bool(flags)
        return flags if type(flags) is list else []

    def fork(self, limits: JailLimits) -> Child:
        """Return a process for one test; raises `ChannelClosed` when Python cannot be started any more."""
        self._begun = [each for each in self._begun if not each.is_buried()]
        try:
            self._start_ahead()
            process = self._ready.pop(0)
            self._begun.append(process)
            process.wait_until_ready(self._interpreter.version)
        except JailUnavailable:
            raise ChannelClosed from None
        if process.has_ended(0):  # before anything of a student's was in it
            raise ChannelClosed
        order = {
            "do": "test",
            **self._submission,
            "flagged": self._flagged,
            "limits": limits.to_json(),
            "schedule": self._schedule,
        }
        child = FreshChild(process, limits)
        process.channel.send(order)
        self._start_ahead()
        return child

    def close(self) -> None:
        """End all processes."""
        processes = [*self._begun, *self._ready]
        self._begun, self._ready = [], []
        for each in processes:
            each.end()
        for each in processes:
            each.bury()

    def _start_ahead(self) -> None:
        while len(self._ready) < AHEAD:
            try:
                self._ready.append(Process(self._interpreter, self._schedule))
            except OSError as error:
                if self._ready:
                    return
                raise JailUnavailable(f"{self._interpreter.executable} cannot be started: {error}") from None


class Process:
    """A Python that runs `autograder.jail.guest.single` and waits to be told what to do."""

    def __init__(self, interpreter: Interpreter, schedule: int) -> None:
        # Not a pipe, which somebody would have to empty.
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        try:
            self._process = subprocess.Popen(
                command(interpreter),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                bufsize=0,
                env=environment(interpreter, schedule),
                cwd=os.path.abspath(os.sep),
                close_fds=True,
                # Ctrl-C is for the grader, which ends all processes; and no window opens for them.
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
                | getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except BaseException:
            self._errors.close()
            raise
        assert self._process.stdout is not None
        assert self._process.stdin is not None
        self.pipes = Pipes(self._process.stdout, self._process.stdin)
        self.channel = _PatientChannel(self.pipes)
        self._is_ready = False
        self._killed = 0

    def wait_until_ready(self, version: tuple[int, ...]) -> None:
        """Raise `JailUnavailable` unless it becomes ready, and is of this version of Python."""
        if self._is_ready:
            return
        try:
            ready = tuple(self._receive(START_SECONDS)["ready"])
        except _GONE:
            self.end()
            said = self.bury().strip().splitlines()
            raise JailUnavailable(f"it did not start ({said[-1] if said else 'it said nothing'}).") from None
        if ready != version:
            wanted, found = (".".join(map(str, each)) for each in (version, ready))
            raise JailUnavailable(
                f"it is Python {found}, not {wanted} as it said. Give --python another path."
            )
        self._is_ready = True

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Return the answer to a request; raises `ChannelClosed`, `ChannelTimeout` or `ProtocolError`."""
        self.channel.send(request)
        return self._receive(seconds)

    def _receive(self, seconds: float) -> dict[str, Any]:
        self.channel.until = time.monotonic() + seconds
        answer = self.channel.receive()
        if type(answer) is not dict:
            raise ProtocolError("an answer that is no object")
        return answer

    def cpu_seconds(self) -> float | None:
        """Return the processor time that it has used, as far as that can be known."""
        if self._process.poll() is not None:
            return None
        try:
            if sys.platform == "win32":
                return _cpu_on_windows(int(self._process._handle))
            return time.clock_gettime(
                ((~self._process.pid) << 3) | 2
            )  # what clock_getcpuclockid() gives on Linux
        except (AttributeError, OSError, ValueError):
            return None

    def end(self, signal: int = _SIGKILL) -> None:
        """Kill it; `bury` will say that it was by this signal, which need not exist here."""
        self.pipes.close()
        if self._process.poll() is None:
            self._killed = self._killed or signal
            with contextlib.suppress(OSError):  # it has just ended
                self._process.kill()

    def has_ended(self, seconds: float) -> bool:
        """Give it some time to end by itself, and tell whether it has."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self._process.poll() is not None

    def is_buried(self) -> bool:
        """Clean up after it if it has ended, and tell whether it has."""
        if self._process.poll() is None:
            return False
        self.bury()
        return True

    def bury(self) -> str:
        """Wait for the end of a process that was told to end, and return its crash report."""
        self._process.wait()
        self.pipes.close()
        if self._errors.closed:
            return ""
        with self._errors as file:
            file.seek(0)
            return file.read(_ERROR_BYTES).decode("utf-8", "replace")

    @property
    def exit(self) -> int:
        """Its status, or the negative number of the signal that has ended it: on Windows, of the one that is meant."""
        status = self._process.returncode
        if self._killed:
            return -self._killed
        if status >= _FIRST_CRASH:
            return -_CRASHES.get(status, _SIGSEGV)
        return status


class _PatientChannel(Channel):
    """What a process is given its orders on, and answers them."""

    __slots__ = ("until",)

    def __init__(self, pipes: Pipes) -> None:
        super().__init__(pipes)
        self.until = 0.0
        self.max_frame = _ORDER_BYTES

    def _some(self, count: int) -> bytes:
        while True:
            try:
                return super()._some(count)
            except ChannelTimeout:
                if time.monotonic() > self.until:
                    raise


class FreshChild(Child):
    """A process that was started for one test."""

    def __init__(self, process: Process, limits: JailLimits) -> None:
        super().__init__(TestChannel(process.pipes, limits, self._is_busy), limits)
        self._process = process
        self._began_with = process.cpu_seconds() or 0.0
        self._cpu = 0.0
        process.pipes.on_pause = self._look

    def drop(self) -> None:
        """End the process; the next `FreshProcesses.fork` waits for it."""
        if self.ending is None:
            self._process.end()

    def kill(self, hung_up: bool = False, report: bool = False) -> Ending:
        """End the process and say how it ended. (It reports where it is by itself, shortly before its time is up.)"""
        if self.ending is None:
            self._measure()
            self.channel.close()
            alive = hung_up and not self._process.has_ended(_GRACE_SECONDS)
            self._process.end()
            errors = self._process.bury()
            self.ending = Ending(
                exit=self._process.exit, cpu_seconds=self._cpu, memory_kb=0, errors=errors, was_alive=alive
            )
        return self.ending

    def _measure(self) -> float:
        used = self._process.cpu_seconds()
        if used is not None:
            self._cpu = used - self._began_with
        return self._cpu

    def _is_busy(self) -> bool:
        before = self._cpu
        return self._measure() - before > _BUSY_SECONDS

    def _look(self) -> None:
        """End a process that the runtime inside could not end at its limit."""
        if self._measure() > int(self.limits.cpu_seconds) + _SPARE_CPU_SECONDS:
            self._process.end(_SIGXCPU)


def command(interpreter: Interpreter) -> list[str]:
    """Return the command line of a process."""
    program = _PROGRAM.format(package=ascii(str(_JAIL.parent)), jail=ascii(str(_JAIL)))
    return [str(interpreter.executable), "-P", "-s", "-S", "-X", "utf8", "-c", program]


def environment(interpreter: Interpreter, schedule: int = 0) -> dict[str, str]:
    """Return all that a program finds in its environment."""
    more = {"PYTHONHASHSEED": str(schedule % 2**32)}
    if sys.platform != "win32":
        return {**ENVIRONMENT, **more, "LD_LIBRARY_PATH": str(interpreter.prefix / "lib")}
    return {**ENVIRONMENT, **more, **{name: os.environ[name] for name in _FROM_HERE if name in os.environ}}


def _cpu_on_windows(handle: int) -> float:
    times = [ctypes.c_ulonglong() for _ in range(4)]
    places = [ctypes.byref(each) for each in times]
    if not ctypes.windll.kernel32.GetProcessTimes(ctypes.c_void_p(handle), *places):  # type: ignore[attr-defined]
        raise OSError
    return (times[2].value + times[3].value) / 1e7
