"""A user id of its own for each worker that runs as root: no jail can signal, count against or starve another.

The ids are from a range that no distribution hands out (systemd's UIDS-GIDS: 60578-61183 are unused); they need no
entry in /etc/passwd. A worker keeps its id by a lock on one byte of a file of root's, which goes with the process,
however it ends; where no such file can be had, by an abstract socket, whose name any user could take as well.
"""

from __future__ import annotations

import errno
import os
import socket
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from autograder.errors import JailUnavailable

FIRST_USER = 60_600
USERS = 512

LOCKS = Path("/run/autograder-jail-users.lock")

_held: list[tuple[int, object, int]] = []
"""The process, what it keeps its id by, and the id. (A lock is not inherited by a fork, so a child takes its own.)"""


def own_user() -> int | None:
    """Return the id that this process's jails run under; None when it is not root and cannot give out any."""
    if sys.platform != "linux" or os.geteuid() != 0 or not _are_mapped():
        return None
    process = os.getpid()
    for pid, _, user in _held:
        if pid == process:
            return user
    reserve = _by_lock() or _by_name
    for user in range(FIRST_USER, FIRST_USER + USERS):
        mark = reserve(user)
        if mark is not None:
            _held[:] = [(process, mark, user)]
            return user
    raise JailUnavailable(f"all {USERS} user ids for jails are in use. Let other runs end first.")


def _are_mapped() -> bool:
    """Tell whether root's ids reach that far: in a user namespace of one id, root is but an ordinary user."""
    try:
        lines = Path("/proc/self/uid_map").read_text().splitlines()
    except OSError:
        return True
    ranges = [tuple(map(int, line.split())) for line in lines]
    return any(first <= FIRST_USER and first + count >= FIRST_USER + USERS for first, _, count in ranges)


def _by_lock() -> Callable[[int], object | None] | None:
    """Return how to reserve an id by a lock; None where there is no file that only root can open."""
    try:
        import fcntl

        descriptor = os.open(LOCKS, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except (ImportError, OSError):
        return None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_uid != 0 or status.st_mode & 0o077:
        os.close(descriptor)
        return None

    def reserve(user: int) -> object | None:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, user - FIRST_USER)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EAGAIN):
                return None  # another worker's, of this run or another
            raise
        return descriptor

    return reserve


def _by_name(user: int) -> object | None:
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0autograder-jail-user-{user}")
    except OSError:
        mark.close()
        return None
    return mark
