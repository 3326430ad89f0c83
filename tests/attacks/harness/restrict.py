"""Run a command with fewer rights than we have, and say what became of it and of everything that it started.

    python restrict.py RESULT [--deny-namespaces] [--without-landlock] [--container] [--user N] -- COMMAND...

The command's exit status, its processor time and memory, and the processes that it left behind go as JSON into the
file RESULT. This program is the nearest reaper of orphans above the command, so none of its descendants gets away
unseen, whatever it does. As in many a container it buries none of them before the command has ended: the dead that the
command leaves to others are counted. Standard library only: it is started on its own.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import platform
import resource
import signal
import struct
import sys
import time
from pathlib import Path

GRACE_SECONDS = 3.0
"""How long after the command's end a process of it may still be there: the kernel needs a moment to end a namespace."""

CONTAINER_CAPABILITIES = 0xA80425FB
"""What Docker leaves to root in a container."""

_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _PR_CAPBSET_DROP = 36, 38, 22, 24
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_NAMESPACE_FLAGS = 0x7E020000  # NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_LANDLOCK_CALLS = (444, 445, 446)
_NUMBERS = {
    # clone, clone3, and: unshare setns mount umount2 pivot_root open_tree move_mount fsopen fsmount
    "x86_64": (56, 435, (272, 308, 165, 166, 155, 428, 429, 430, 432)),
    "aarch64": (220, 435, (97, 268, 40, 39, 41, 428, 429, 430, 432)),
}


def main() -> int:
    """Do it; the exit status is the command's."""
    parser = argparse.ArgumentParser()
    parser.add_argument("result", type=Path)
    parser.add_argument("--deny-namespaces", action="store_true")
    parser.add_argument("--without-landlock", action="store_true")
    parser.add_argument("--container", action="store_true")
    parser.add_argument("--user", type=int)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    begin = time.monotonic()
    pid = os.fork()
    if pid == 0:
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            _give_up_rights(options)
            os.execvp(options.command[0], options.command)
        finally:
            os._exit(127)
    _, status = os.waitpid(pid, 0)
    orphans = len(_children())
    left = _wait_for_orphans()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = os.waitstatus_to_exitcode(status)
    result = {
        "exit": code,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "largest_kb": usage.ru_maxrss,
        "wall_seconds": time.monotonic() - begin,
        "orphans": orphans,
        "left": left,
    }
    options.result.write_text(json.dumps(result))
    return code & 0xFF


def _give_up_rights(options: argparse.Namespace) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    program = _filter(options.deny_namespaces, options.without_landlock)
    if options.container and os.getuid() == 0:
        for number in range(64):
            if not CONTAINER_CAPABILITIES >> number & 1:
                libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)
    if program:
        if os.getuid() != 0:  # root may install a filter without it, as a container's runtime does
            libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        buffer = ctypes.create_string_buffer(program, len(program))
        description = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
        if libc.prctl(_PR_SET_SECCOMP, 2, description, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "the system call filter cannot be installed")
    if options.user is not None:
        os.setgroups([])
        os.setresgid(options.user, options.user, options.user)
        os.setresuid(options.user, options.user, options.user)


def _filter(deny_namespaces: bool, without_landlock: bool) -> bytes:
    """Return the BPF program that refuses what the options say; nothing if they say nothing."""
    clone, clone3, namespaces = _NUMBERS[platform.machine()]

    def op(code: int, value: int, jump_true: int = 0, jump_false: int = 0) -> bytes:
        return struct.pack("HBBI", code, jump_true, jump_false, value)

    def refuse(number: int, error: int) -> list[bytes]:
        return [op(_EQUAL, number, 0, 1), op(_RETURN, _ERRNO | error)]

    program = [op(_LOAD, 0)]
    if deny_namespaces:
        for number in namespaces:
            program += refuse(number, _EPERM)
        program += refuse(clone3, _ENOSYS)
    if without_landlock:
        for number in _LANDLOCK_CALLS:
            program += refuse(number, _ENOSYS)
    if deny_namespaces:
        program += [
            op(_EQUAL, clone, 0, 3),
            op(_LOAD, 16),
            op(_ANY_BIT, _NAMESPACE_FLAGS, 0, 1),
            op(_RETURN, _ERRNO | _EPERM),
        ]
    return b"".join([*program, op(_RETURN, _ALLOW)]) if len(program) > 1 else b""


def _wait_for_orphans() -> list[str]:
    """Wait until nobody is left below us; return who has to be killed for that."""
    deadline = time.monotonic() + GRACE_SECONDS
    while _reap():
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            break
        signal.sigtimedwait({signal.SIGCHLD}, remaining)
    left: list[str] = []
    while _reap():
        for pid in _children():
            left.append(f"{pid} (user {_user(pid)}): {_words(pid)}")
            os.kill(pid, signal.SIGKILL)
        signal.sigtimedwait({signal.SIGCHLD}, 1)
    return left


def _reap() -> bool:
    """Bury the dead; tell whether somebody lives."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _children() -> list[int]:
    me = str(os.getpid())
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdecimal() and (folder / "stat").read_text().rpartition(")")[2].split()[1] == me:
                found.append(int(folder.name))
        except OSError:
            continue  # it has ended meanwhile
    return found


def _user(pid: int) -> int:
    try:
        return Path(f"/proc/{pid}").stat().st_uid
    except OSError:
        return -1


def _words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("latin-1")[:200]
    except OSError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
