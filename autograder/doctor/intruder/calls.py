"""How the intruder tries things, and tells what came of them."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
from collections.abc import Callable, Mapping
from typing import Any

Rows = list[list[str]]
"""For each way: its name, ``refused`` or ``done``, and the error's name or what was got."""

Ways = Mapping[str, Callable[[], object]]

LIBC = ctypes.CDLL(None, use_errno=True)

_COLUMN = {"x86_64": 0, "aarch64": 1}.get(platform.machine())
_NUMBERS = {
    "clone": (56, 220),
    "clone3": (435, 435),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "pidfd_open": (434, 434),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "chroot": (161, 51),
    "pivot_root": (155, 41),
    "add_key": (248, 217),
    "keyctl": (250, 219),
    "io_uring_setup": (425, 425),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "shmctl": (31, 195),
    "semctl": (66, 191),
    "msgctl": (71, 187),
    "inotify_init1": (294, 26),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "init_module": (175, 105),
    "capset": (126, 91),
}


def each(ways: Ways) -> Rows:
    """Try every way."""
    rows = []
    for way, action in ways.items():
        try:
            got = action()
        except OSError as error:
            rows.append([way, "refused", name_of(error)])
        else:
            rows.append([way, "done", str(got)[:200]])
    return rows


def call(name: str, *arguments: Any) -> int:
    """Make a system call; raise `OSError` if it is refused."""
    if _COLUMN is None:
        raise RuntimeError(f"the system calls of {platform.machine()} are not known here")
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    result = int(LIBC.syscall(ctypes.c_long(_NUMBERS[name][_COLUMN]), *words))
    if result == -1:
        raise OSError(ctypes.get_errno(), name)
    return result


def knock(name: str, *arguments: Any) -> str:
    """Make a system call with arguments that are nonsense: an error about these means that the call was let through."""
    try:
        return f"returned {call(name, *arguments)}"
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EACCES, errno.ENOSYS):
            raise
        return f"was let through ({name_of(error)})"


def closed(descriptor: int) -> str:
    """Close what should not have been given."""
    os.close(descriptor)
    return "it was given"


def stay_if_child(pid: int) -> str:
    """Let a child that should not be there stay, so that the host sees it."""
    while pid == 0:
        LIBC.pause()
    return f"process {pid}"


def name_of(error: OSError) -> str:
    """Return an error's short name, such as EPERM."""
    return errno.errorcode.get(error.errno or 0, str(error))
