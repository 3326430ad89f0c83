"""Landlock, the kernel's walls for a process that has no privileges: which files it may read, and nothing else.

System call numbers and structures are the kernel's (linux/landlock.h); they are the same on every architecture. What
a kernel does not know is left out: the version that it has is reported to the trusted side, which decides.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
import sys
from collections.abc import Sequence

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_CREATE_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# What each version of the interface can forbid: files, TCP, and reaching out (abstract sockets, signals).
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
_NET_SINCE, _SCOPE_SINCE = 4, 6
_TCP_BIND_CONNECT = 0b11
_SCOPES = (0b11, 0b01)  # some kernels claim version 6 without the signal bit: then the rest of it

_LIBC = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """Return the version of the kernel's interface, 0 where there is none."""
    if sys.platform != "linux":
        return 0  # where these numbers mean something else
    found: int = _LIBC.syscall(_CREATE_RULESET, None, 0, _CREATE_RULESET_VERSION)
    return max(found, 0)


def confine_files(readable: Sequence[str]) -> int:
    """Let this process read the given files and folders, and forbid all else that Landlock knows, for good.

    Nothing can be written, created, renamed or executed, no TCP port bound or reached, no process outside signalled.
    Paths that are not there are passed over. Return the version in force, 0 for none.
    """
    found = version()
    if not found:
        return 0
    count = max(bits for since, bits in _FILE_RIGHTS.items() if since <= found)
    net = _TCP_BIND_CONNECT if found >= _NET_SINCE else 0
    for scope in _SCOPES if found >= _SCOPE_SINCE else (0,):
        ruleset = _create(found, (1 << count) - 1, net, scope)
        if ruleset >= 0:
            break
    else:
        return 0
    try:
        for path in readable:
            _allow_reading(ruleset, path)
        _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return found if _LIBC.syscall(_RESTRICT_SELF, ruleset, 0) == 0 else 0
    finally:
        os.close(ruleset)


def confine_signals() -> None:
    """Keep signals and abstract sockets of this process to itself, where the kernel can (version 6)."""
    if _VERSION < _SCOPE_SINCE:
        return
    for scope in _SCOPES:
        ruleset = _create(_VERSION, 0, 0, scope)
        if ruleset >= 0:
            _LIBC.syscall(_RESTRICT_SELF, ruleset, 0)
            os.close(ruleset)
            return


def _create(found: int, files: int, net: int, scope: int) -> int:
    words = [files, net, scope][: 1 + (found >= _NET_SINCE) + (found >= _SCOPE_SINCE)]
    attributes = struct.pack(f"={len(words)}Q", *words)
    ruleset: int = _LIBC.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    return ruleset


def _allow_reading(ruleset: int, path: str) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        is_folder = stat.S_ISDIR(os.fstat(place).st_mode)
        allowed = _READ_FILE | (_READ_DIR if is_folder else 0)
        _LIBC.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, struct.pack("=Qi", allowed, place), 0)
    finally:
        os.close(place)


_VERSION = version()
