"""One running jail: its zygote, and the children that it forks for the tests of one submission."""

from __future__ import annotations

import base64
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from autograder.errors import JailUnavailable
from autograder.jail.limits import BROKEN_RUNTIME, LOST_CHANNEL, JailLimits
from autograder.jail.protocol import Channel, ChannelClosed, ChannelTimeout, ProtocolError

from .choose import BACKENDS, choose_backend
from .interpreter import Interpreter
from .plain import ENVIRONMENT
from .wire import TestChannel

START_SECONDS = 30.0
"""Wall seconds that a zygote may take to become ready, on a machine however busy."""

_ADDR_NO_RANDOMIZE = 0x0040000
_ERROR_BYTES = 16_384
_BUSY_SECONDS = 0.02
_JAIL_GONE = (ChannelClosed, ChannelTimeout, ProtocolError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a child ended, as its parent in the jail saw it."""

    exit: int
    cpu_seconds: float
    memory_kb: int
    errors: str
    was_alive: bool = False
    """It had closed its channel, but was still there some time later."""

    def describe(self) -> str:
        """Say it in words, for a child that nobody meant to end."""
        if self.was_alive or self.exit == LOST_CHANNEL:
            text = "it closed its connection to the grader"
        elif self.exit == BROKEN_RUNTIME:
            text = "it broke the interpreter that it runs in (were builtins or standard modules replaced?)"
        elif self.exit < 0:
            number = -self.exit
            name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
            text = f"it was stopped by {name}"
        else:
            text = f"it ended itself with status {self.exit} (os._exit?)"
        crash = self.crash()
        return f"{text}; {crash}" if crash else text

    def crash(self) -> str:
        """Return the innermost line of the submission that the interpreter's crash report names."""
        for line in self.errors.splitlines():
            if '"/submission/' in line:
                return line.strip().replace('"/submission/', '"')[:200]
        return ""


class Child:
    """The process of one test."""

    def __init__(self, jail: Jail, pid: int, sock: socket.socket, errors: int, limits: JailLimits) -> None:
        self._jail = jail
        self._pid = pid
        self._errors = errors
        self._cpu_seen = 0.0
        self._dropped = False
        self.channel = TestChannel(sock, limits.wall_seconds, self._is_busy)
        self.limits = limits
        self.ending: Ending | None = None

    def drop(self) -> None:
        """Be done with the process, however it ends: the next `Jail.fork` kills it on the way."""
        if self.ending is None and not self._dropped:
            self._dropped = True
            self.channel.close()
            os.close(self._errors)
            self._jail.dropped.append(self._pid)

    def _is_busy(self) -> bool:
        """Tell whether the process has used the processor since this was last asked."""
        try:
            used = float(self._jail.request({"do": "cpu", "pid": self._pid})["cpu"])
        except _JAIL_GONE:
            return False
        before, self._cpu_seen = self._cpu_seen, used
        return used - before > _BUSY_SECONDS

    def kill(self, hung_up: bool = False) -> Ending:
        """End the process, if it still runs, and say how it ended.

        With ``hung_up`` it has closed its channel, so it is given a moment to end in its own way first.
        """
        if self.ending is None:
            self.channel.close()
            try:
                answer = self._jail.request({"do": "reap", "pid": self._pid, "wait": hung_up})
            except _JAIL_GONE:
                answer = {}  # the whole jail is gone, and the process with it
            text = os.pread(self._errors, _ERROR_BYTES, 0).decode("utf-8", "replace")
            os.close(self._errors)
            self.ending = Ending(
                exit=int(answer.get("exit", -9)),
                cpu_seconds=float(answer.get("cpu", 0)),
                memory_kb=int(answer.get("memory_kb", 0)),
                errors=text,
                was_alive=hung_up and bool(answer.get("alive")),
            )
        return self.ending


class Jail:
    """The jail of one submission. Use it as a context manager, from one long-lived thread.

    (The kernel kills the jail when the *thread* that started it ends.)
    """

    def __init__(self, backend: str, interpreter: Interpreter) -> None:
        self.backend = choose_backend(backend)
        self._interpreter = interpreter
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._said = -1
        self.dropped: list[int] = []

    def start(self, files: dict[str, bytes]) -> None:
        """Start the zygote and give it the submission; raises `JailUnavailable` with the reason."""
        ours, theirs = socket.socketpair()
        self._said = os.memfd_create("said")  # not a pipe: nobody would empty it
        try:
            self._process = subprocess.Popen(
                BACKENDS[self.backend](self._interpreter, theirs.fileno()),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                env=ENVIRONMENT if self.backend == "plain" else {"PATH": os.environ.get("PATH", os.defpath)},
                close_fds=True,
            )
        except (OSError, JailUnavailable) as error:
            ours.close()
            self.close()
            if isinstance(error, JailUnavailable):
                raise
            raise JailUnavailable(f"the {self.backend} jail could not be started: {error}") from None
        finally:
            theirs.close()
        self._control = ours
        channel = Channel(ours, START_SECONDS)
        try:
            hello = channel.receive()
        except (ChannelClosed, ChannelTimeout, ProtocolError):
            raise JailUnavailable(self._why_not()) from None
        if tuple(hello["ready"]) != self._interpreter.version:
            self.close()
            raise JailUnavailable(
                f"{self._interpreter.executable} is Python {_dotted(self._interpreter.version)} outside the jail but "
                f"{_dotted(hello['ready'])} inside: another Python library was loaded. Give --python another path."
            )
        encoded = {name: base64.b64encode(data).decode("ascii") for name, data in files.items()}
        self.request({"do": "prepare", "files": encoded})

    def _why_not(self) -> str:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        said = os.pread(self._said, 4096, 0).decode("utf-8", "replace").strip().splitlines()
        self.close()
        return (
            f"the {self.backend} jail did not start ({said[-1] if said else 'it said nothing'}). User namespaces may "
            "be switched off here; --jail plain runs without walls, for code that you trust."
        )

    def fork(self, limits: JailLimits) -> Child:
        """Start a fresh process for one test; raises `ChannelClosed` when the zygote itself has died."""
        ours, theirs = socket.socketpair()
        errors = os.memfd_create("errors")
        try:
            with theirs:
                dropped, self.dropped = self.dropped, []
                order = {"do": "fork", "limits": limits.to_json(), "kill": dropped}
                answer = self.request(order, [theirs.fileno(), errors])
            return Child(self, int(answer["pid"]), ours, errors, limits)
        except BaseException:
            ours.close()
            os.close(errors)
            raise

    def request(self, request: dict[str, Any], descriptors: list[int] | None = None) -> dict[str, Any]:
        """Ask the zygote for one thing; raises `ChannelClosed` when it is gone, `ChannelTimeout` when it hangs."""
        if self._control is None:
            raise ChannelClosed
        body = json.dumps(request).encode()
        try:
            socket.send_fds(self._control, [len(body).to_bytes(4, "big")], descriptors or [])
            self._control.sendall(body)
        except OSError:
            raise ChannelClosed from None
        answer = Channel(self._control).receive()
        if type(answer) is not dict:
            raise ProtocolError("the zygote's answer is no object")
        return answer

    def close(self) -> None:
        """End the zygote, and with its namespace everything in it."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._said >= 0:
            os.close(self._said)
            self._said = -1

    def __enter__(self) -> Jail:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def fix_addresses() -> None:
    """Let every process started from now on have the same memory layout, so that sets of objects keep their order."""
    if sys.platform == "linux":
        ctypes.CDLL(None).personality(_ADDR_NO_RANDOMIZE)


def _dotted(version: Any) -> str:
    return ".".join(str(part) for part in version)
