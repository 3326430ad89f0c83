"""What the processes in a jail give up before the first byte of a student's code runs: the same in every backend.

The zygote, once: its privileges, and (`landlock`) all files but those that Python reads. Each test's child,
for good: limits, and (`seccomp`) new processes, other programs, sockets and tracing; threads stay allowed. One test is
one process: it cannot fork, so one SIGKILL ends it whatever it does.
"""

from __future__ import annotations

import ctypes
import os
import resource
import socket
import sys
from collections.abc import Sequence

from autograder.jail.limits import LOST_CHANNEL, MOST_DESCRIPTORS, JailLimits

from . import landlock, seccomp

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_SIGKILL = 9
_CAPABILITY_VERSION = 0x20080522
_OTHER_PROCESSES = 8
"""The zygote, and children that were killed but not yet waited for: they count as the user's processes as well."""

_TIMERS = 64
"""Kernel timers and queued signals, which are counted for all processes of a user together."""

_LIBC = ctypes.CDLL(None, use_errno=True)
_ON_LINUX = sys.platform == "linux"


class Lockdown:
    """The confinement of one jail: first `confine_zygote`, then `confine_child` in each child."""

    def __init__(self, readable: Sequence[str], own_user: bool) -> None:
        self._readable = readable
        self.counts_threads = not own_user
        """Whether the zygote is to count the threads of a child, since the kernel would count others with them."""
        self._zygote = 0
        self._must_filter = False

    def confine_zygote(self) -> dict[str, int | bool]:
        """Confine this process; return what holds now, for the trusted side to judge."""
        self._zygote = os.getpid()
        resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_DESCRIPTORS, MOST_DESCRIPTORS))
        reached = 0
        if _ON_LINUX:
            _drop_capabilities()
            prctl = _LIBC.prctl
            prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
            prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
            prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            reached = landlock.confine_files(self._readable)
        self._must_filter = seccomp.available()
        return {"user": os.getuid(), "landlock": reached, "seccomp": self._must_filter}

    def confine_child(self, limits: JailLimits, line: socket.socket | None = None) -> None:
        """Confine a test's child; it must still be single-threaded. Ends the process if it cannot be confined.

        ``line`` leads to the zygote that counts the child's threads.
        """
        if _ON_LINUX:
            _LIBC.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
            if os.getppid() != self._zygote:
                os._exit(LOST_CHANNEL)  # the zygote was gone before the line above
            landlock.confine_signals()
        self._lower_limits(limits)
        if line is not None:
            listener = seccomp.ask_for_each_thread()
            if listener >= 0:
                socket.send_fds(line, [b"."], [listener])
                os.close(listener)
            line.close()
        if not seccomp.refuse_system_calls() and self._must_filter:
            os._exit(LOST_CHANNEL)

    def _lower_limits(self, limits: JailLimits) -> None:
        hard_cpu = int(limits.cpu_seconds) + 2
        wanted = [
            ("RLIMIT_CPU", hard_cpu, hard_cpu + 1),
            ("RLIMIT_AS", limits.memory_bytes, limits.memory_bytes),
            ("RLIMIT_NOFILE", limits.open_files, limits.open_files),
            ("RLIMIT_FSIZE", limits.file_bytes, limits.file_bytes),
            ("RLIMIT_CORE", 0, 0),
            ("RLIMIT_MEMLOCK", 0, 0),
            ("RLIMIT_MSGQUEUE", 0, 0),
            ("RLIMIT_SIGPENDING", _TIMERS, _TIMERS),
            ("RLIMIT_STACK", 8 * 2**20, 8 * 2**20),
        ]
        if (
            not self.counts_threads
        ):  # else it would count all that the user who grades is running; see `headcount`
            most = limits.threads + _OTHER_PROCESSES
            wanted.append(("RLIMIT_NPROC", most, most))
        for name, soft, hard in wanted:
            try:
                resource.setrlimit(getattr(resource, name), (soft, hard))
            except (AttributeError, ValueError, OSError):
                continue  # not known here, or a lower limit is in force already


def _drop_capabilities() -> None:
    """Clear all capability sets: also root, in the plain jail, keeps only what its files' modes give it."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    _LIBC.capset(header, (ctypes.c_uint32 * 6)())
