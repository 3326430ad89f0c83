"""What a test's child gives up before the first byte of the student's code runs.

Resource limits, and a seccomp filter that refuses new processes, other programs, sockets and tracing with EPERM;
threads stay allowed. One test is one process: it cannot fork, so one SIGKILL ends it whatever it does. The filter is
written for x86-64 and AArch64 with numbers from the kernel's tables (asm/unistd_64.h, asm-generic/unistd.h).
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys

from autograder.jail.limits import JailLimits

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 1, 4, 38, 22
_SECCOMP_MODE_FILTER = 2
_OWN_PID = 0x7FFFFFFE  # stands in the filter where the process's own number will
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_CLONE_THREAD = 0x00010000
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06

_ARCHITECTURES = {
    # machine: (audit number, clone, clone3, calls whose first argument must be the own pid, refused calls)
    "x86_64": (
        0xC000003E,
        56,
        435,
        (62, 234),  # kill tgkill
        (
            *(57, 58, 59, 322),  # fork vfork execve execveat
            *(41, 42, 49, 50, 43, 288),  # socket connect bind listen accept accept4
            *(101, 310, 311, 312, 434, 438, 424, 440),  # ptrace process_vm_* kcmp pidfd_* process_madvise
            *(200, 129, 297),  # tkill rt_sigqueueinfo rt_tgsigqueueinfo
            *(
                272,
                308,
                165,
                166,
                155,
                161,
                133,
                259,
                428,
                429,
                430,
                431,
                432,
                433,
                442,
            ),  # namespaces, mounts
            *(
                304,
                300,
                301,
                321,
                298,
                323,
                425,
                426,
                427,
            ),  # by-handle, fanotify, bpf, perf, userfaultfd, io_uring
            *(
                248,
                249,
                250,
                175,
                313,
                176,
                246,
                320,
                167,
                168,
                163,
                172,
                173,
                135,
                319,
            ),  # keys, modules, ...
            *(29, 30, 31, 64, 65, 66, 68, 69, 70, 71, 240, 206, 278),  # SysV IPC, mq_open, io_setup, vmsplice
            *(227, 164, 305, 159, 73, 253, 254, 294),  # clock setting, flock, inotify
            *(
                90,
                91,
                268,
                92,
                93,
                94,
                260,
                132,
                235,
                261,
                280,
                188,
                189,
                190,
                197,
                198,
                199,
            ),  # chmod.. xattr
        ),
    ),
    "aarch64": (
        0xC00000B7,
        220,
        435,
        (129, 131),
        (
            *(221, 281),
            *(198, 203, 200, 201, 202, 242),
            *(117, 270, 271, 272, 434, 438, 424, 440),
            *(130, 138, 240),
            *(97, 268, 40, 39, 41, 51, 33, 428, 429, 430, 431, 432, 433, 442),
            *(265, 262, 263, 280, 241, 282, 425, 426, 427),
            *(217, 218, 219, 105, 273, 106, 104, 294, 224, 225, 89, 92, 279),
            *(194, 195, 196, 190, 193, 186, 189, 180, 0, 75),
            *(112, 170, 266, 171, 32, 26, 27),
            *(52, 53, 54, 55, 88, 5, 6, 7, 14, 15, 16),
        ),
    ),
}


def confine_process() -> None:
    """Confine the zygote itself: no new privileges, not traceable, gone with its parent."""
    prctl = _libc().prctl
    prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0)
    prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def confine_child(limits: JailLimits) -> None:
    """Confine a test's child for good; it must still be single-threaded."""
    _libc().prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0)
    hard_cpu = int(limits.cpu_seconds) + 2
    for what, soft, hard in (
        (resource.RLIMIT_CPU, hard_cpu, hard_cpu + 1),
        (resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files, limits.open_files),
        (resource.RLIMIT_FSIZE, 65536, 65536),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_MEMLOCK, 0, 0),
        (resource.RLIMIT_STACK, 8 * 2**20, 8 * 2**20),
    ):
        try:
            resource.setrlimit(what, (soft, hard))
        except (ValueError, OSError):
            continue  # a lower limit is in force already
    refuse_system_calls()


class _Program(ctypes.Structure):
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def refuse_system_calls() -> bool:
    """Install the seccomp filter; tell whether this machine could."""
    if _FILTER is None:
        return False
    # Built once, before any fork: a child only writes its own number into it.
    for place in _OWN_PLACES:
        struct.pack_into("I", _FILTER, place, os.getpid())
    description = _Program(len(_FILTER) // 8, ctypes.addressof(_FILTER))
    libc = _libc()
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(description), 0, 0) == 0)


def _filter(audit: int, clone: int, clone3: int, own: tuple[int, ...], refused: tuple[int, ...]) -> bytes:
    """Return the BPF program: other architectures die, listed calls get EPERM, clone only makes threads."""

    def op(code: int, k: int, jump_true: int = 0, jump_false: int = 0) -> bytes:
        return struct.pack("HBBI", code, jump_true, jump_false, k)

    program = [
        op(_LOAD, 4),
        op(_JUMP_EQUAL, audit, 1, 0),
        op(_RETURN, _KILL),
        op(_LOAD, 0),
        op(_JUMP_AT_LEAST, 0x40000000, 0, 1),  # the x32 numbers
        op(_RETURN, _KILL),
        op(_JUMP_EQUAL, clone3, 0, 1),
        op(_RETURN, _ERRNO | _ENOSYS),  # libc falls back to clone, whose flags can be checked
        op(_JUMP_EQUAL, clone, 0, 4),
        op(_LOAD, 16),
        op(_JUMP_SET, _CLONE_THREAD, 1, 0),
        op(_RETURN, _ERRNO | _EPERM),
        op(_RETURN, _ALLOW),
    ]
    for number in own:  # raise() and abort() must work, but on nobody else
        program += [
            op(_JUMP_EQUAL, number, 0, 4),
            op(_LOAD, 16),
            op(_JUMP_EQUAL, _OWN_PID, 1, 0),
            op(_RETURN, _ERRNO | _EPERM),
            op(_RETURN, _ALLOW),
        ]
    for number in refused:
        program += [op(_JUMP_EQUAL, number, 0, 1), op(_RETURN, _ERRNO | _EPERM)]
    program.append(op(_RETURN, _ALLOW))
    return b"".join(program)


def _libc() -> ctypes.CDLL:
    return _LIBC


_LIBC = ctypes.CDLL(None, use_errno=True)


def _build_filter() -> ctypes.Array[ctypes.c_char] | None:
    architecture = _ARCHITECTURES.get(platform.machine()) if sys.platform == "linux" else None
    if architecture is None:
        return None
    program = _filter(*architecture)
    return ctypes.create_string_buffer(program, len(program))


_FILTER = _build_filter()
_OWN_PLACES = [
    place
    for place in range(4, len(_FILTER or b""), 8)
    if struct.unpack_from("I", _FILTER or b"", place)[0] == _OWN_PID
]
