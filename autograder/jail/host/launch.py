"""One running jail: its zygote, and the children that it forks for the tests of one submission."""

from __future__ import annotations

import ctypes
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import Any

from autograder.errors import JailUnavailable
from autograder.jail.limits import JailLimits
from autograder.jail.protocol import Channel, ChannelClosed, ChannelTimeout, ProtocolError
from autograder.model import Notebook

from . import fresh, plain
from .cgroup import ControlGroup
from .child import Child, Ending
from .choose import BACKENDS
from .identity import own_user
from .interpreter import Interpreter
from .start import Order, in_order
from .wire import TestChannel

START_SECONDS = 30.0
"""Wall seconds that a zygote may take to become ready, on a machine however busy."""

_ADDR_NO_RANDOMIZE = 0x0040000
_ERROR_BYTES = 16_384
_BUSY_SECONDS = 0.02
_GROUP_SPARE_BYTES = 192 * 2**20
_GROUP_SPARE_PROCESSES = 24
"""What a jail may take beyond one test's limits: its zygote, and children that are being cleared away."""
_JAIL_GONE = (ChannelClosed, ChannelTimeout, ProtocolError)


class ForkedChild(Child):
    """A process that the zygote has forked."""

    def __init__(self, jail: Jail, pid: int, sock: socket.socket, errors: int, limits: JailLimits) -> None:
        self._jail = jail
        self._pid = pid
        self._errors = errors
        self._cpu_seen = 0.0
        self._dropped = False
        super().__init__(TestChannel(sock, limits, self._is_busy), limits)

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

    def kill(self, hung_up: bool = False, report: bool = False) -> Ending:
        """End the process, if it still runs, and say how it ended.

        With ``hung_up`` it has closed its channel, so it is given a moment to end in its own way first. With
        ``report`` it is first made to write down where it is, as far as it lets itself be made to.
        """
        if self.ending is None:
            self.channel.close()
            try:
                answer = self._jail.request(
                    {"do": "reap", "pid": self._pid, "wait": hung_up, "report": report}
                )
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
                out_of_memory=self._jail.ran_out_of_memory(),
            )
        return self.ending


class Jail:
    """The jail of one submission. Use it as a context manager, from one long-lived thread.

    (The kernel kills the jail when the *thread* that started it ends.)
    """

    def __init__(self, backend: str, interpreter: Interpreter, schedule: int = 0) -> None:
        self._backend = BACKENDS[backend]
        self._interpreter = interpreter
        self._schedule = schedule
        self._fresh: fresh.FreshProcesses | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._group: ControlGroup | None = None
        self._said = -1
        self.dropped: list[int] = []
        self.holds: dict[str, Any] = {}
        """What the started jail said of itself: its ``user``, the ``landlock`` version, whether ``seccomp`` works."""
        self.flags: list[Any] = []

    @property
    def backend(self) -> str:
        """The name of its backend."""
        return self._backend.name

    def start(self, files: dict[str, bytes], notebooks: Mapping[str, Notebook] | None = None) -> None:
        """Start the zygote and give it the submission; raises `JailUnavailable` with the reason.

        ``notebooks`` tells which of the files are notebooks whose cells were joined.
        """
        if self._backend is plain.BACKEND and fresh.is_needed():
            self._fresh = fresh.FreshProcesses(self._interpreter, self._schedule)
            self.flags = self._fresh.start(files, notebooks or {})
            return
        self._launch("zygote")
        answer = self.request({"do": "prepare", **in_order(files, notebooks or {})})
        flags = answer.get("flags")
        self.flags = flags if type(flags) is list else []

    def _launch(self, entry: str) -> None:
        if fresh.is_needed():
            raise JailUnavailable("it rests on processes that are forked, which are not to be had here.")
        ours, theirs = socket.socketpair()
        self._said = _nameless_file()  # not a pipe: nobody would empty it
        try:
            user = own_user()
            order = Order(
                interpreter=self._interpreter,
                control=theirs.fileno(),
                user=user,
                entry=entry,
                schedule=self._schedule,
            )
            begin = self._backend.start(order)
            become: dict[str, Any] = {}
            if begin.user is not None:
                become = {"user": begin.user, "group": begin.user, "extra_groups": []}
            self._process = subprocess.Popen(
                begin.command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                env=begin.environment,
                cwd="/",
                close_fds=True,
                **become,
            )
        except (OSError, JailUnavailable) as error:
            ours.close()
            self.close()
            if isinstance(error, JailUnavailable):
                raise
            raise JailUnavailable(f"it could not be started: {error}") from None
        finally:
            theirs.close()
        self._control = ours
        channel = Channel(ours, START_SECONDS)
        try:
            hello = channel.receive()
            ready, self.holds = tuple(hello["ready"]), dict(hello["holds"])
        except (*_JAIL_GONE, KeyError, TypeError, ValueError):
            raise JailUnavailable(self._why_not()) from None
        self._check(ready, user)
        self._put_into_group()

    def _check(self, ready: tuple[Any, ...], user: int | None) -> None:
        """Close the jail and raise `JailUnavailable` unless it is what was asked for."""
        complaint = ""
        holds = {"seccomp": self.holds.get("seccomp"), "landlock": self.holds.get("landlock")}
        holds["user"] = user is None or self.holds.get("user") == user  # None: whoever grades is no root
        missing = sorted(layer for layer in self._backend.needs if not holds[layer])
        if ready != self._interpreter.version:
            complaint = (
                f"{self._interpreter.executable} is Python {_dotted(self._interpreter.version)} outside the jail but "
                f"{_dotted(ready)} inside: another Python library was loaded. Give --python another path."
            )
        elif missing:
            complaint = f"this machine lacks what it rests on ({', '.join(missing)})"
        if complaint:
            self.close()
            raise JailUnavailable(complaint)

    def _put_into_group(self) -> None:
        """Put the jail into a control group, if one can be had, before anything of a student's is in it."""
        assert self._process is not None
        if sys.platform != "linux":
            return
        self._group = ControlGroup.make()
        if self._group is None:
            return
        if not all(self._group.add(pid) for pid in _family(self._process.pid)):
            self._group.remove()
            self._group = None

    def ran_out_of_memory(self) -> bool:
        """Tell whether the kernel has killed a process of this jail for its memory since this was last asked."""
        return self._group is not None and self._group.killed_one()

    def _why_not(self) -> str:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        said = os.pread(self._said, 4096, 0).decode("utf-8", "replace").strip().splitlines()
        self.close()
        return f"it did not start ({said[-1] if said else 'it said nothing'})."

    def fork(self, limits: JailLimits) -> Child:
        """Start a fresh process for one test; raises `ChannelClosed` when the zygote itself has died."""
        if self._fresh is not None:
            return self._fresh.fork(limits)
        ours, theirs = socket.socketpair()
        errors = _nameless_file()
        if self._group is not None:
            self._group.limit(
                limits.memory_bytes + _GROUP_SPARE_BYTES, limits.threads + _GROUP_SPARE_PROCESSES
            )
        try:
            with theirs:
                dropped, self.dropped = self.dropped, []
                order: dict[str, Any] = {"do": "fork", "limits": limits.to_json(), "kill": dropped}
                if self._schedule:
                    order["schedule"] = self._schedule
                null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
                try:
                    answer = self.request(order, [theirs.fileno(), errors, null])
                finally:
                    os.close(null)
            return ForkedChild(self, int(answer["pid"]), ours, errors, limits)
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
        if self._fresh is not None:
            self._fresh.close()
            self._fresh = None
        self._bury_dropped()
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._group is not None:
            self._group.remove()
            self._group = None
        if self._said >= 0:
            os.close(self._said)
            self._said = -1

    def _bury_dropped(self) -> None:
        """Let the zygote wait for its last children.

        Where it is no namespace's init, they would be left to the machine's. In many containers that one never waits,
        and the dead count against the limit of processes of the user, until a program cannot start a single thread.
        """
        dropped, self.dropped = self.dropped, []
        try:
            for pid in dropped:
                self.request({"do": "reap", "pid": pid, "wait": False, "report": False})
            self.request({"do": "rest"})
        except _JAIL_GONE:
            pass  # it is dead already

    def __enter__(self) -> Jail:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def _nameless_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("said")
    with tempfile.TemporaryFile() as file:  # macOS
        return os.dup(file.fileno())


def _family(pid: int) -> list[int]:
    """Return a process and all that it has started."""
    found = [pid]
    for each in found:
        try:
            with open(f"/proc/{each}/task/{each}/children") as file:
                found += map(int, file.read().split())
        except OSError:
            continue
    return found


def fix_addresses() -> None:
    """Let every process started from now on have the same memory layout, so that sets of objects keep their order."""
    if sys.platform == "linux":
        ctypes.CDLL(None).personality(_ADDR_NO_RANDOMIZE)


def _dotted(version: Any) -> str:
    return ".".join(str(part) for part in version)
