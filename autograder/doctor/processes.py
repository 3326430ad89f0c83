"""What the host sees of processes in /proc: who comes from whom, as which user, with how many threads."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER, _PR_GET_CHILD_SUBREAPER = 36, 37
_STEP_SECONDS = 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process as it was at one moment."""

    pid: int
    users: frozenset[int]
    """Real, effective, saved and file system user id."""
    threads: int
    peak_kb: int
    """The most memory that it has touched."""
    tracer: int
    """Who looks into it (ptrace), 0 if nobody does."""


@contextlib.contextmanager
def adopting_orphans() -> Iterator[None]:
    """Become the parent of every process below us whose own parent ends, so that none gets out of sight.

    Those that have ended by the end are buried: the record of a dead one counts against the limit of its user.
    """
    if sys.platform != "linux":
        yield
        return
    ours = frozenset(_children(os.getpid()))
    prctl = ctypes.CDLL(None).prctl
    before = ctypes.c_int()
    prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(before), 0, 0, 0)
    prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        prctl(_PR_SET_CHILD_SUBREAPER, before.value, 0, 0, 0)
        for pid in frozenset(_children(os.getpid())) - ours:
            with contextlib.suppress(OSError):
                os.waitpid(pid, os.WNOHANG)


def below(root: int) -> frozenset[int]:
    """Return all running processes that descend from ``root``; none where there is no /proc."""
    found: list[int] = []
    queue = [root]
    while queue:
        new = _children(queue.pop())
        found += new
        queue += new
    return frozenset(pid for pid in found if is_running(pid))


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").exists()
    return _listed(pid) if listed else _searched(pid)


def _listed(pid: int) -> list[int]:
    found: list[int] = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            found += map(int, file.read_text().split())
    return found


def _searched(pid: int) -> list[int]:
    """Do the same where the kernel keeps no list of children: look at everybody."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int(_status_words(int(folder.name))[1]) == pid:
                found.append(int(folder.name))
    return found


def _status_words(pid: int) -> list[str]:
    """Return what follows the name in /proc/PID/stat: state, parent, ..."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def is_running(pid: int) -> bool:
    """Tell whether there is such a process, and not only the record of one that has ended."""
    try:
        return _status_words(pid)[0] not in "ZX"
    except OSError:
        return False


def look_at(pids: Iterable[int]) -> tuple[Process, ...]:
    """Return what /proc says of those that are still there."""
    found = []
    for pid in sorted(pids):
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except OSError:
            continue
        said = {name: rest.split() for name, _, rest in (line.partition(":") for line in lines)}
        found.append(
            Process(
                pid=pid,
                users=frozenset(map(int, said["Uid"])),
                threads=int(said.get("Threads", ["1"])[0]),
                peak_kb=int(said.get("VmHWM", ["0"])[0]),
                tracer=int(said.get("TracerPid", ["0"])[0]),
            )
        )
    return tuple(found)


def wait_until_gone(pids: Iterable[int], seconds: float) -> frozenset[int]:
    """Wait until all of these have ended, up to a time; return those that have not."""
    until = time.monotonic() + seconds
    left = frozenset(pids)
    while (left := frozenset(pid for pid in left if is_running(pid))) and time.monotonic() < until:
        time.sleep(_STEP_SECONDS)
    return left


def end(pids: Iterable[int]) -> None:
    """Kill processes that came out of a jail, and bury those whose parent we have become."""
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.waitpid(pid, 0)
