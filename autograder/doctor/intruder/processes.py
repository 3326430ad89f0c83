"""Attempts on processes: to make them, to end them, to look into them."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import subprocess
import sys
from functools import partial

from .calls import LIBC, Rows, call, closed, each, knock, stay_if_child
from .reading import read_remote

_CLONE_VFORK = 0x4000
_PTRACE_SEIZE = 0x4206


def fork() -> Rows:
    """Make another process."""
    return each(
        {
            "os.fork": lambda: stay_if_child(os.fork()),
            "clone": lambda: stay_if_child(call("clone", int(signal.SIGCHLD), 0, 0, 0, 0)),
            "clone3": lambda: knock("clone3", None, 0),
        }
    )


def vfork() -> Rows:
    """Make another process by another way of the same call."""
    flags = _CLONE_VFORK | int(signal.SIGCHLD)

    def make() -> str:
        pid = call("clone", flags, 0, 0, 0, 0)
        if pid == 0:
            os._exit(0)
        return f"process {pid}"

    return each({"clone": make})


def execute() -> Rows:
    """Become another program."""
    arguments = [sys.executable, "-I", "-S", "-c", ""]
    return each({path: partial(os.execv, path, arguments) for path in (sys.executable, "/bin/true")})


def spawn() -> Rows:
    """Start another program."""
    command = [sys.executable, "-I", "-S", "-c", ""]

    def shell() -> int:
        status = os.system("exit 0")
        if status:
            raise OSError(errno.EPERM, "system")
        return status

    return each(
        {
            "posix_spawn": lambda: os.posix_spawn(command[0], command, {}),
            "subprocess": lambda: subprocess.Popen(command).pid,
            "system": shell,
        }
    )


def start_threads(count: int) -> Rows:
    """Start threads behind Python's back, with small stacks, and leave them asleep."""
    attributes, number = ctypes.create_string_buffer(256), ctypes.c_ulong()
    LIBC.pthread_attr_init(attributes)
    LIBC.pthread_attr_setstacksize(attributes, ctypes.c_size_t(16_384))
    sleep = ctypes.cast(LIBC.sleep, ctypes.c_void_p)
    for started in range(count):
        result = LIBC.pthread_create(ctypes.byref(number), attributes, sleep, ctypes.c_void_p(1000))
        if result:
            return [[f"thread {started + 1}", "refused", errno.errorcode.get(result, str(result))]]
    return [[f"thread {count}", "done", "none was refused"]]


def send_signals(pid: int) -> Rows:
    """Send signals to a process outside, and at last to the jail's own first process."""
    parent = os.getppid()
    information = ctypes.create_string_buffer(128)
    kill = int(signal.SIGKILL)
    return each(
        {
            "kill": lambda: os.kill(pid, kill),
            "tgkill": lambda: call("tgkill", pid, pid, kill),
            "rt_sigqueueinfo": lambda: knock("rt_sigqueueinfo", pid, kill, information),
            "pidfd_open": lambda: closed(call("pidfd_open", pid, 0)),
            "parent's group": lambda: os.killpg(os.getpgid(parent), 0),
            "parent": lambda: os.kill(parent, kill),
        }
    )


def trace(pid: int) -> Rows:
    """Look into other processes."""
    parent = os.getppid()
    return each(
        {
            "ptrace": lambda: call("ptrace", _PTRACE_SEIZE, pid, 0, 0),
            "ptrace of the parent": lambda: call("ptrace", _PTRACE_SEIZE, parent, 0, 0),
            "memory of the parent": lambda: len(read_remote(parent, id(sys), 64)),
            "/proc of the parent": lambda: closed(os.open(f"/proc/{parent}/mem", os.O_RDWR)),
        }
    )
