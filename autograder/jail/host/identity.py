"""A user id of its own for each worker that runs as root: no jail can signal, count against or starve another.

The ids are from a range that no distribution hands out (systemd's UIDS-GIDS: 60578-61183 are unused); they need no
entry in /etc/passwd. A worker keeps its id by an abstract socket, which goes with the process, however it ends.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

from autograder.errors import JailUnavailable

FIRST_USER = 60_600
USERS = 512

_held: list[tuple[int, socket.socket, int]] = []


def own_user() -> int | None:
    """Return the id that this process's jails run under; None when it is not root and cannot give out any."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not _are_mapped():
        return None
    process = os.getpid()
    for pid, _, user in _held:
        if pid == process:
            return user
    for user in range(FIRST_USER, FIRST_USER + USERS):
        mark = socket.socket(socket.AF_UNIX)
        try:
            mark.bind(f"\0autograder-jail-user-{user}")
        except OSError:
            mark.close()  # another worker's, of this run or another
            continue
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
