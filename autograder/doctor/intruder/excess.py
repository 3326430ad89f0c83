"""Attempts to use too much of something, and to go on for ever."""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import resource
import select
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial

from .calls import Rows, each, name_of, stay_if_child
from .processes import start_threads

_SET_PIPE_SIZE = 1031


def fill_memory(megabytes: int) -> Rows:
    """Touch memory until it is refused."""
    block = 16 * 2**20
    kept: list[mmap.mmap] = []
    try:
        while len(kept) * block < megabytes * 2**20:
            new = mmap.mmap(-1, block)
            new[:: mmap.PAGESIZE] = bytes([1]) * (block // mmap.PAGESIZE)
            kept.append(new)
    except (OSError, MemoryError):
        got = len(kept) * 16
        kept.clear()
        return [["mmap", "refused", f"after {got} MB"]]
    return [["mmap", "done", f"{megabytes} MB"]]


def fill_kernel_memory() -> int:
    """Return how many bytes the kernel has taken into pipes and pairs of sockets."""
    ends: list[int] = []
    kept: list[int] = []
    try:
        for _ in range(6):
            reading, writing = os.pipe()
            ends.append(writing)
            kept.append(reading)
            each({"larger": partial(fcntl.fcntl, writing, _SET_PIPE_SIZE, 2**20)})
        while True:
            for half in socket.socketpair():
                each({"larger": partial(half.setsockopt, socket.SOL_SOCKET, socket.SO_SNDBUF, 2**24)})
                ends.append(half.detach())
    except OSError:
        pass  # no more descriptors
    total = 0
    for end in ends:
        os.set_blocking(end, False)
        try:
            while True:
                total += os.write(end, bytes(65_536))
        except OSError:
            continue  # full
    return total


def open_descriptors(most: int) -> Rows:
    """Open files until it is refused."""
    kept: list[int] = []
    try:
        while len(kept) < most:
            kept.append(os.open("/dev/null" if os.path.exists("/dev/null") else os.__file__, os.O_RDONLY))
    except OSError as error:
        return [[f"descriptor {max(kept, default=3) + 1}", "refused", name_of(error)]]
    return [[f"descriptor {max(kept)}", "done", "none was refused"]]


def raise_limits() -> Rows:
    """Set limits higher than they are."""

    def higher(name: str) -> Callable[[], object]:
        def action() -> str:
            number = getattr(resource, name)
            hard = resource.getrlimit(number)[1]
            if hard == resource.RLIM_INFINITY:
                return "there is none"
            try:
                resource.setrlimit(number, (hard + 1, hard + 1))
            except ValueError:
                raise OSError(errno.EPERM, name) from None
            return f"from {hard} to {hard + 1}"

        return action

    return each({name: higher(name) for name in ("RLIMIT_CPU", "RLIMIT_AS", "RLIMIT_NOFILE", "RLIMIT_FSIZE")})


def spin() -> None:
    """Use up the processor."""
    while True:
        pass


def wait() -> None:
    """Wait for real, for a long time."""
    select.select([], [], [], 60)


def print_without_end() -> None:
    """Print for ever."""
    while True:
        print("x" * 1000)


def speak_out_of_turn() -> None:
    """Send the grader what is no message."""
    os.write(3, b"\xff" * 64)


def return_too_much(length: int) -> str:
    """Return a long text."""
    return "x" * length


def cling() -> Rows:
    """Refuse to end: no signal is listened to, a thread never stops, and others carry on if they can be made."""
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    signal.setitimer(signal.ITIMER_PROF, 0)
    start_threads(1)
    return each({"setsid": os.setsid, "fork": lambda: stay_if_child(os.fork())})


def tell_version() -> str:
    """Return which Python this is."""
    return sys.version
