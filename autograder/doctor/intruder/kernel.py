"""Attempts to get more out of the kernel than a submission needs."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
from functools import partial

from .calls import Rows, call, closed, each, knock, stay_if_child

_CLONE_NEWNS, _CLONE_NEWUSER, _CLONE_NEWNET = 0x20000, 0x10000000, 0x40000000
_CREATE_PRIVATE = 0o1600
_REMOVE = 0


def new_namespaces() -> Rows:
    """Make namespaces, in which one would be root."""
    flags = _CLONE_NEWUSER | int(signal.SIGCHLD)
    return each(
        {
            "unshare user": lambda: call("unshare", _CLONE_NEWUSER),
            "unshare mount": lambda: call("unshare", _CLONE_NEWNS),
            "unshare network": lambda: call("unshare", _CLONE_NEWNET),
            "clone": lambda: stay_if_child(call("clone", flags, 0, 0, 0, 0)),
            "setns": lambda: knock("setns", -1, 0),
        }
    )


def mount(drop: str) -> Rows:
    """Change the tree of files."""

    def tmpfs() -> str:
        call("mount", b"none", drop.encode(), b"tmpfs", 0, None)
        call("umount2", drop.encode(), 2)
        return "mounted"

    return each(
        {
            "mount": tmpfs,
            "chroot": lambda: call("chroot", b"/"),
            "pivot_root": lambda: knock("pivot_root", b"/nowhere", b"/nowhere"),
        }
    )


def use_keyring() -> Rows:
    """Put a key into the kernel's keyrings."""
    process_keyring, user_keyring = -2, -4
    return each(
        {
            "add_key": lambda: call("add_key", b"user", b"autograder-doctor", b"x", 1, process_keyring),
            "keyctl": lambda: call("keyctl", 0, user_keyring, 1),
        }
    )


def use_io_uring() -> Rows:
    """Make a ring, through which calls pass by the filter."""
    return each({"io_uring_setup": lambda: closed(call("io_uring_setup", 1, bytes(120)))})


def make_memory_files() -> Rows:
    """Make files that lie in memory."""
    return each(
        {
            "memfd_create": lambda: closed(call("memfd_create", b"x", 0)),
            "memfd_secret": lambda: closed(call("memfd_secret", 0)),
        }
    )


def leave_marks() -> Rows:
    """Use what others can see who have no file in common with us but the interpreter's."""
    with open(os.__file__, "rb") as file:
        lock = fcntl.LOCK_SH | fcntl.LOCK_NB
        return each(
            {
                "flock": lambda: fcntl.flock(file, lock),
                "lockf": lambda: fcntl.lockf(file, lock),
                "lease": lambda: fcntl.fcntl(file, 1024, fcntl.F_RDLCK),
                "inotify": lambda: closed(call("inotify_init1", 0)),
                "shared memory": lambda: call("shmctl", call("shmget", 0, 4096, _CREATE_PRIVATE), _REMOVE, 0),
                "semaphores": lambda: call("semctl", call("semget", 0, 1, _CREATE_PRIVATE), 0, _REMOVE, 0),
                "message queue": lambda: call("msgctl", call("msgget", 0, _CREATE_PRIVATE), _REMOVE, 0),
            }
        )


def knock_at_the_kernel() -> Rows:
    """Try doors through which many have got into kernels."""
    names = ("bpf", "perf_event_open", "userfaultfd", "init_module")
    return each({name: partial(knock, name, -1, None, 0) for name in names})


def become_root() -> Rows:
    """Take on the rights of root."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    everything = (ctypes.c_uint32 * 6)(*[2**32 - 1] * 6)
    return each(
        {
            "setuid": lambda: os.setuid(0),
            "setresuid": lambda: os.setresuid(0, 0, 0),
            "setgid": lambda: os.setgid(0),
            "setgroups": lambda: os.setgroups([0]),
            "capset": lambda: call("capset", header, everything),
        }
    )
