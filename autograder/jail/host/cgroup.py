"""Limits on a whole jail by control groups, where this process may make some: memory (the kernel's too) and processes.

Version 1 has a tree for each of the two, version 2 one tree for both. A second wall: the limits of each process hold
without it, but they do not count what the kernel keeps for it (pipes, sockets, page tables).
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import time
from pathlib import Path

_PREFIX = "autograder-"
_NEEDED = ("memory", "pids")
_PATIENCE_SECONDS = 0.2
_numbers = itertools.count()


class ControlGroup:
    """The control group of one jail."""

    def __init__(self, folders: dict[str, Path]) -> None:
        self._folders = folders
        self._memory = 0
        self._kills = 0

    @classmethod
    def make(cls) -> ControlGroup | None:
        """Return a new group; None where none can be made."""
        folders: dict[str, Path] = {}
        name = f"{_PREFIX}{os.getpid()}-{next(_numbers)}"
        for kind, parent in _own_folders().items():
            folder = parent / name
            try:
                folder.mkdir(exist_ok=True)
            except OSError:
                continue
            folders[kind] = folder
        group = cls(folders)
        files = ("memory.max", "pids.max") if group._is_version_2 else ("memory.limit_in_bytes", "pids.max")
        usable = set(folders) == set(_NEEDED)
        if not usable or not all(
            (folders[kind] / file).exists() for kind, file in zip(_NEEDED, files, strict=True)
        ):
            group.remove()
            return None
        return group

    @property
    def _is_version_2(self) -> bool:
        return self._folders.get("memory") == self._folders.get("pids")

    def add(self, pid: int) -> bool:
        """Put a process into the group, and with it all that it will start; tell whether that could be done."""
        try:
            for folder in set(self._folders.values()):
                (folder / "cgroup.procs").write_text(str(pid))
        except OSError:
            return False
        return True

    def limit(self, memory_bytes: int, processes: int) -> None:
        """Set the limits; they are only ever raised."""
        if memory_bytes <= self._memory:
            return
        self._memory = memory_bytes
        memory, pids = self._folders["memory"], self._folders["pids"]
        if self._is_version_2:
            _write(memory / "memory.max", memory_bytes)
            _write(memory / "memory.swap.max", 0)
        else:
            _write(memory / "memory.limit_in_bytes", memory_bytes)
            _write(memory / "memory.memsw.limit_in_bytes", memory_bytes)
        _write(pids / "pids.max", processes)

    def killed_one(self) -> bool:
        """Tell whether the kernel has killed a process of the group for its memory since this was last asked."""
        file = "memory.events" if self._is_version_2 else "memory.oom_control"
        try:
            lines = (self._folders["memory"] / file).read_text().splitlines()
        except OSError:
            return False
        kills = sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))
        before, self._kills = self._kills, kills
        return kills > before

    def remove(self) -> None:
        """Remove the group once its processes are gone."""
        until = time.monotonic() + _PATIENCE_SECONDS
        for folder in set(self._folders.values()):
            while True:
                try:
                    folder.rmdir()
                except FileNotFoundError:
                    pass
                except OSError:  # a process of it is still being cleared away, or hides from its end
                    if time.monotonic() < until:
                        _kill_all_in(folder)
                        time.sleep(0.001)
                        continue
                break


def remove_abandoned() -> None:
    """Remove the groups of graders that were killed."""
    for parent in set(_own_folders().values()):
        for folder in parent.glob(_PREFIX + "*"):
            owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
            if owner.isdigit() and not Path("/proc", owner).exists():
                with contextlib.suppress(OSError):
                    folder.rmdir()


def _own_folders() -> dict[str, Path]:
    """Return where this process's own group lies, for each kind of limit."""
    try:
        groups = Path("/proc/self/cgroup").read_text().splitlines()
        mounts = [line.split() for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    except OSError:
        return {}
    found: dict[str, Path] = {}
    for line in groups:
        _, kinds, path = line.split(":", 2)
        for kind in _NEEDED if not kinds else set(kinds.split(",")) & set(_NEEDED):
            for mount in mounts:
                dash = mount.index("-")
                options = mount[dash + 3].split(",")
                fits = mount[dash + 1] == "cgroup2" if not kinds else kind in options
                if fits and mount[dash + 1].startswith("cgroup"):
                    inside = os.path.relpath(path, mount[3])
                    folder = Path(mount[4]) / ("." if inside.startswith("..") else inside)
                    # A mixed machine has version 1 for these two, and an empty version 2 beside it.
                    if kinds or kind not in found:
                        found[kind] = folder
                    break
    return found


def _kill_all_in(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for pid in (folder / "cgroup.procs").read_text().split():
            os.kill(int(pid), signal.SIGKILL)


def _write(file: Path, value: int) -> None:
    with contextlib.suppress(OSError):  # the kernel refuses what it does not know: the other limits stay
        file.write_text(str(value))
