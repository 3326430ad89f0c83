"""The system calls that a test's child may not make: a seccomp filter, written for x86-64 and AArch64.

A list of what is refused (EPERM), not of what is allowed: Python on several libcs is too wide for the latter, and what
remains is harmless behind the other layers. Numbers are the kernel's (asm/unistd_64.h, asm-generic/unistd.h).
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _PR_GET_SECCOMP = 38, 22, 21
_SECCOMP_MODE_FILTER = 2
_SET_MODE_FILTER, _NEW_LISTENER = 1, 1 << 3
_ALLOW, _KILL, _ERRNO, _NOTIFY = 0x7FFF0000, 0x80000000, 0x00050000, 0x7FC00000
_EPERM, _ENOSYS = 1, 38
_CLONE_THREAD = 0x00010000
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_OWN_PID = 0x7FFFFFFE
"""Stands in the filter where the process's own number will."""

_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# Each line: the call, its number on x86-64, its number on AArch64; a hyphen where there is none.
_REFUSED = """
fork 57 -, vfork 58 -, execve 59 221, execveat 322 281
socket 41 198, connect 42 203, bind 49 200, listen 50 201, accept 43 202, accept4 288 242
ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271, kcmp 312 272, process_madvise 440 440
pidfd_open 434 434, pidfd_send_signal 424 424, pidfd_getfd 438 438, process_mrelease 448 448
tkill 200 130, rt_sigqueueinfo 129 138, rt_tgsigqueueinfo 297 240
setpriority 141 140, ioprio_set 251 30, migrate_pages 256 238, move_pages 279 239
sched_setparam 142 118, sched_setscheduler 144 119, sched_setaffinity 203 122, sched_setattr 314 274
unshare 272 97, setns 308 268, chroot 161 51, pivot_root 155 41, mount 165 40, umount2 166 39, mount_setattr 442 442
open_tree 428 428, move_mount 429 429, fsopen 430 430, fsconfig 431 431, fsmount 432 432, fspick 433 433
open_tree_attr 467 467, statmount 457 457, listmount 458 458, mknod 133 -, mknodat 259 33
open_by_handle_at 304 265, fanotify_init 300 262, fanotify_mark 301 263, quotactl 179 60, quotactl_fd 443 443
bpf 321 280, perf_event_open 298 241, userfaultfd 323 282, personality 135 92, modify_ldt 154 -, uselib 134 -
io_uring_setup 425 425, io_uring_enter 426 426, io_uring_register 427 427, io_setup 206 0, vmsplice 278 75
add_key 248 217, request_key 249 218, keyctl 250 219, syslog 103 116, acct 163 89, lsm_set_self_attr 460 460
init_module 175 105, finit_module 313 273, delete_module 176 106, kexec_load 246 104, kexec_file_load 320 294
swapon 167 224, swapoff 168 225, reboot 169 142, iopl 172 -, ioperm 173 -, memfd_create 319 279, memfd_secret 447 447
shmget 29 194, shmat 30 196, shmctl 31 195, shmdt 67 197, semget 64 190, semop 65 193, semctl 66 191
semtimedop 220 192, msgget 68 186, msgsnd 69 189, msgrcv 70 188, msgctl 71 187, mq_open 240 180
clock_settime 227 112, settimeofday 164 170, adjtimex 159 171, clock_adjtime 305 266
truncate 76 45, mq_unlink 241 181, file_setattr 469 469, setpgid 109 154, setsid 112 157
sync 162 81, syncfs 306 267, fsync 74 82, fdatasync 75 83, sync_file_range 277 84
mincore 27 232, cachestat 451 451, readahead 187 213, fadvise64 221 223, preadv2 327 286, pwritev2 328 287
flock 73 32, inotify_init 253 -, inotify_init1 294 26, inotify_add_watch 254 27, inotify_rm_watch 255 28
chmod 90 -, fchmod 91 52, fchmodat 268 53, fchmodat2 452 452, chown 92 -, fchown 93 55, lchown 94 -, fchownat 260 54
utime 132 -, utimes 235 -, futimesat 261 -, utimensat 280 88
setxattr 188 5, lsetxattr 189 6, fsetxattr 190 7, setxattrat 463 463
removexattr 197 14, lremovexattr 198 15, fremovexattr 199 16, removexattrat 466 466
"""

Rule = tuple[tuple[int, int], int, tuple[int, ...]]

_SECCOMP = (317, 277)
_CLONE = (56, 220)
_CLONE3 = 435

# A pair of streams is what asyncio wakes itself with. A datagram socket could be pointed at any other by sendto(), and
# Landlock's rules about files do not cover the sockets of other programs that have a path (/dev/log is one).
_SOCKETPAIR = (53, 199)
_UNIX_FAMILY, _STREAM, _SOCKET_TYPES = 1, 1, 0xF

# The call: numbers, which argument names a process, and whether 0, which means this one, is allowed. raise() and
# abort() must work, but on nobody else; nor may it be asked who else is there.
_OWN_PROCESS_ONLY = {
    "kill": ((62, 129), 0, False),  # 0 would be the whole process group
    "tgkill": ((234, 131), 0, False),
    "prlimit64": ((302, 261), 0, True),
    "getpgid": ((121, 155), 0, True),
    "getsid": ((124, 156), 0, True),
    "getpriority": ((140, 141), 1, True),
    "ioprio_get": ((252, 31), 1, True),
    "sched_getparam": ((143, 121), 0, True),
    "sched_getscheduler": ((145, 120), 0, True),
    "sched_getaffinity": ((204, 123), 0, True),
    "sched_getattr": ((315, 275), 0, True),
    "get_robust_list": ((274, 100), 0, True),
}
_CLOCK_GETTIME = (228, 113)
_FIRST_NEGATIVE = 0x80000000

# The call: numbers, which argument, and the only values that are allowed. New commands come with every other kernel.
_ALLOWED_ARGUMENTS: dict[str, Rule] = {
    # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC, F_GETPIPE_SZ, F_GET_SEALS. Among the others: locks,
    # leases, notifications and F_SETOWN, which reach other processes; F_SETPIPE_SZ, which takes memory that no limit
    # of the process counts; F_SET_RW_HINT, which stays with a file that all may only read.
    "fcntl": ((72, 25), 1, (0, 1, 2, 3, 4, 1030, 1032, 1034)),
    # TCGETS, TCGETS2, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX. Among the others: TIOCSTI and TIOCLINUX, which
    # type into a terminal; FIOSETOWN, which sends signals; SIOCGIFCONF, which names the machine's addresses; commands
    # of file systems that change a file of the same user's although it was opened to be read.
    "ioctl": ((16, 29), 1, (0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)),
}

# The call: numbers, which argument, and the values that are refused.
_REFUSED_ARGUMENTS: dict[str, Rule] = {
    # SO_SNDBUF and its kind: memory of the kernel's, up to megabytes for each socket pair.
    "setsockopt": ((54, 208), 2, (7, 8, 32, 33)),
    # PDEATHSIG, DUMPABLE, PTRACER: how the process ends, and who may look into it. SCHED_CORE keeps others off a core.
    "prctl": ((157, 167), 0, (1, 4, 0x59616D61, 62)),
}


class _Program(ctypes.Structure):
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def available() -> bool:
    """Tell whether this machine has a filter to install and a kernel that takes it."""
    return _FILTER is not None and ctypes.CDLL(None).prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) >= 0


def refuse_system_calls() -> bool:
    """Install the filter in this process, which must be single-threaded; tell whether the kernel took it."""
    if _FILTER is None:
        return False
    # Built once, before any fork: a child only writes its own number into it.
    for place in _OWN_PLACES:
        struct.pack_into("I", _FILTER, place, os.getpid())
    description = _Program(len(_FILTER) // 8, ctypes.addressof(_FILTER))
    libc = _LIBC
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(description), 0, 0) == 0)


def ask_for_each_thread() -> int:
    """Let every clone() of this process wait for an answer; return the descriptor to answer on, negative for none.

    What `refuse_system_calls` refuses is refused all the same.
    """
    machine = os.uname().machine
    if _FILTER is None:
        return -1
    column = list(_AUDIT).index(machine)
    program = b"".join(
        (_op(_LOAD, 0), _op(_JUMP_EQUAL, _CLONE[column], 0, 1), _op(_RETURN, _NOTIFY), _op(_RETURN, _ALLOW))
    )
    buffer = ctypes.create_string_buffer(program, len(program))
    description = _Program(len(program) // 8, ctypes.addressof(buffer))
    _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    listener: int = _LIBC.syscall(
        _SECCOMP[column], _SET_MODE_FILTER, _NEW_LISTENER, ctypes.byref(description)
    )
    return listener


def _op(code: int, k: int, jump_true: int = 0, jump_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, jump_true, jump_false, k)


def _low_word(argument: int) -> bytes:
    return _op(_LOAD, 16 + 8 * argument)


def _program(machine: str) -> bytes:
    """Return the BPF program: other architectures die, listed calls get EPERM, clone only makes threads."""
    column = list(_AUDIT).index(machine)
    refuse, allow = _op(_RETURN, _ERRNO | _EPERM), _op(_RETURN, _ALLOW)
    program = [
        _op(_LOAD, 4),
        _op(_JUMP_EQUAL, _AUDIT[machine], 1, 0),
        _op(_RETURN, _KILL),
        _op(_LOAD, 0),
        _op(_JUMP_AT_LEAST, 0x40000000, 0, 1),  # the x32 numbers
        _op(_RETURN, _KILL),
        _op(_JUMP_EQUAL, _CLONE3, 0, 1),
        _op(_RETURN, _ERRNO | _ENOSYS),  # libc falls back to clone, whose flags can be checked
        _op(_JUMP_EQUAL, _CLONE[column], 0, 4),
        _low_word(0),
        _op(_JUMP_SET, _CLONE_THREAD, 1, 0),
        refuse,
        allow,
        _op(_JUMP_EQUAL, _SOCKETPAIR[column], 0, 6),
        _low_word(0),
        _op(_JUMP_EQUAL, _UNIX_FAMILY, 0, 2),
        _low_word(1),
        _op(_JUMP_SET, _SOCKET_TYPES ^ _STREAM, 0, 1),
        refuse,
        allow,
    ]
    for numbers, argument, zero in _OWN_PROCESS_ONLY.values():
        program += [
            _op(_JUMP_EQUAL, numbers[column], 0, 5),
            _low_word(argument),
            _op(_JUMP_EQUAL, 0 if zero else _OWN_PID, 2, 0),
            _op(_JUMP_EQUAL, _OWN_PID, 1, 0),
            refuse,
            allow,
        ]
    program += [  # a negative clock is the processor time of any process
        _op(_JUMP_EQUAL, _CLOCK_GETTIME[column], 0, 4),
        _low_word(0),
        _op(_JUMP_AT_LEAST, _FIRST_NEGATIVE, 0, 1),
        refuse,
        allow,
    ]
    checked = [(each, allow, refuse) for each in _REFUSED_ARGUMENTS.values()]
    checked += [(each, refuse, allow) for each in _ALLOWED_ARGUMENTS.values()]
    for (numbers, argument, values), others, listed in checked:
        program += [_op(_JUMP_EQUAL, numbers[column], 0, len(values) + 3), _low_word(argument)]
        program += [_op(_JUMP_EQUAL, value, len(values) - index, 0) for index, value in enumerate(values)]
        program += [others, listed]
    for line in _REFUSED.replace(",", "\n").split("\n"):
        number = line.split()[1 + column] if line.strip() else "-"
        if number != "-":
            program += [_op(_JUMP_EQUAL, int(number), 0, 1), refuse]
    program.append(allow)
    return b"".join(program)


def _build_filter() -> ctypes.Array[ctypes.c_char] | None:
    if sys.platform != "linux" or sys.byteorder != "little":
        return None
    machine = os.uname().machine  # `platform` would say the same, and takes 2 ms to import
    if machine not in _AUDIT:
        return None
    program = _program(machine)
    return ctypes.create_string_buffer(program, len(program))


_LIBC = ctypes.CDLL(None, use_errno=True)
_FILTER = _build_filter()
_OWN_PLACES = [
    place
    for place in range(4, len(_FILTER or b""), 8)
    if struct.unpack_from("I", _FILTER or b"", place)[0] == _OWN_PID
]
