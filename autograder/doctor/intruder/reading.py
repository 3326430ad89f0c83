"""Attempts to read what is none of a submission's business."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import time
from collections.abc import Callable

from .calls import Rows, call, closed, each


def read_file(path: str) -> Rows:
    """Read the canary."""

    def read() -> str:
        with open(path) as file:
            return file.read(100)

    return each({"open": read})


def list_folder(path: str) -> Rows:
    """See what lies beside the canary."""
    parent, name = os.path.split(path)

    def find() -> str:
        if name not in os.listdir(parent):
            raise OSError(errno.ENOENT, parent)
        return "found"

    return each({path: lambda: os.listdir(path), parent: find})


def look_for_file(path: str) -> Rows:
    """Find out that the canary exists."""
    return each({"stat": lambda: f"{os.stat(path).st_size} bytes"})


def look_for_process(pid: int) -> Rows:
    """Find out that a process is there."""
    busy = ((~pid) << 3) | 2  # the clock of its processor time
    return each({"getpgid": lambda: os.getpgid(pid), "clock": lambda: time.clock_gettime(busy)})


def read_system_files() -> Rows:
    """Say how long they are, not what is in them: nobody needs to see a password file."""

    def length(path: str) -> Callable[[], str]:
        def read() -> str:
            with open(path, "rb") as file:
                return f"{len(file.read(10_000))} bytes"

        return read

    names = "/etc/passwd /etc/shadow /etc/hostname /proc/self/environ /proc/self/maps /proc/1/cmdline /sys/kernel/mm"
    places = [*names.split(), os.path.expanduser("~/.bashrc"), "/dev/mem", "/dev/kmsg"]
    return each({path: length(path) for path in places})


def read_environment() -> Rows:
    """Return the environment as it is here."""
    return [[name, "has", value] for name, value in os.environ.items()]


def read_process(pid: int, address: int, length: int) -> Rows:
    """Read what a process outside was given, and what it holds."""

    def read(name: str) -> Callable[[], str]:
        def action() -> str:
            with open(f"/proc/{pid}/{name}", "rb") as file:
                return file.read(1000).decode("latin-1")

        return action

    def read_memory() -> str:
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as file:
            file.seek(address)
            return file.read(length).decode("latin-1")

    return each(
        {
            **{name: read(name) for name in ("environ", "cmdline", "maps")},
            "mem": read_memory,
            "process_vm_readv": lambda: read_remote(pid, address, length),
        }
    )


def read_remote(pid: int, address: int, length: int) -> str:
    """Return what lies in the memory of another process."""
    buffer = ctypes.create_string_buffer(length)
    here = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), length)
    there = (ctypes.c_size_t * 2)(address, length)
    call("process_vm_readv", pid, here, 1, there, 1, 0)
    return buffer.raw.decode("latin-1")


def find_descriptors() -> Rows:
    """Descriptors 0 to 2 lead nowhere, 3 is the line to the grader; there should be no other."""
    rows = []
    for number in range(4, 1024):
        try:
            status = os.fstat(number)
        except OSError:
            continue
        rows.append([f"descriptor {number}", "done", f"mode {status.st_mode:o}"])
    return rows or [["4 to 1023", "refused", "EBADF"]]


def use_terminal() -> Rows:
    """Open the teacher's terminal, and type into it."""

    def type_into(number: int) -> Callable[[], object]:
        return lambda: fcntl.ioctl(number, 0x5412, b"x")

    ways: dict[str, Callable[[], object]] = {"/dev/tty": lambda: closed(os.open("/dev/tty", os.O_RDWR))}
    return each({**ways, **{f"TIOCSTI on {number}": type_into(number) for number in range(3)}})
