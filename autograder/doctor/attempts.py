"""The attempts that the doctor makes on every jail: what each tries, who promises to hold it off, what gives it away.

The table at the end is all that there is to say about one of them. What the host sees of the outside (`bait`) is
checked after every attempt, whatever it is about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autograder.jail.limits import JailLimits

from .bait import Bait, abstract_name
from .verdicts import (
    LIMITS,
    SHORT,
    Conditions,
    Judge,
    cut,
    ended,
    few_threads,
    little_in_the_kernel,
    little_memory,
    not_root,
    nothing,
    refused,
    same_python,
)

_GIGABYTE_IN_MB = 1024
_LARGE_FILE = 2**20
_MANY_THREADS = 400

NO_WALLS = "the plain jail promises no walls"
NAMES_SHOW = "without a root folder of its own, a jail cannot hide whether a file exists, and how large it is"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One thing that the intruder tries."""

    name: str
    tries: str
    """In words that go on from "an attempt to"."""
    action: str
    """The function of the intruder."""
    arguments: Callable[[Bait], tuple[Any, ...]] = lambda bait: ()
    judge: Judge = refused
    limits: JailLimits = LIMITS
    excused: dict[str, str] = field(default_factory=lambda: {"plain": NO_WALLS})
    """Backends that do not promise to hold it off, each with the reason. All others, also those to come, do."""

    def excuse(self, conditions: Conditions) -> str:
        """Return why it is not promised under these conditions; empty if it is."""
        return self.excused.get(conditions.backend, "")


_BY_ALL: dict[str, str] = {}
_WITH_A_ROOT = {"landlock": NAMES_SHOW, "plain": NAMES_SHOW}
_STUCK = ("StudentTooSlow", "StudentStuck")


def _drop(bait: Bait) -> tuple[Any, ...]:
    return (str(bait.drop),)


def _file(bait: Bait) -> tuple[Any, ...]:
    return (str(bait.file),)


def _grader(bait: Bait) -> tuple[Any, ...]:
    return (bait.grader.pid if bait.grader is not None else 0,)


def _memory(bait: Bait) -> tuple[Any, ...]:
    return (*_grader(bait), bait.address, len("canary-") + 24)


def _listeners(bait: Bait) -> tuple[Any, ...]:
    names = (str(bait.folder / "s"), abstract_name(bait.folder, "s"))
    return (bait.port, bait.datagram_port, *names)


def _datagram_listeners(bait: Bait) -> tuple[Any, ...]:
    return (str(bait.folder / "d"), abstract_name(bait.folder, "d"))


_READ = (
    Attempt(name="read_file", tries="read a file outside", action="read_file", arguments=_file),
    Attempt(
        name="list_folder",
        tries="list a folder outside",
        action="list_folder",
        arguments=lambda bait: (str(bait.folder),),
    ),
    Attempt(
        name="look_for_file",
        tries="find out whether a file exists",
        action="look_for_file",
        arguments=_file,
        excused=_WITH_A_ROOT,
    ),
    Attempt(
        name="look_for_process",
        tries="find out whether a process runs, and how busy it is",
        action="look_for_process",
        arguments=_grader,
    ),
    Attempt(
        name="read_system_files",
        tries="read /etc/passwd, /etc/shadow, /proc and the like",
        action="read_system_files",
    ),
    Attempt(
        name="read_environment",
        tries="find the grader's environment in its own",
        action="read_environment",
        judge=nothing,
        excused=_BY_ALL,
    ),
    Attempt(
        name="read_process",
        tries="read the arguments, environment and memory of a process outside",
        action="read_process",
        arguments=_memory,
    ),
    Attempt(
        name="find_descriptors",
        tries="find open files of the grader",
        action="find_descriptors",
        excused=_BY_ALL,
    ),
    Attempt(name="use_terminal", tries="read and type into the terminal", action="use_terminal"),
)

_WRITE = (
    Attempt(
        name="write_files",
        tries="write into its own folder, /tmp, /dev/shm and others",
        action="write_files",
        arguments=_drop,
    ),
    Attempt(name="change_interpreter", tries="change the interpreter", action="change_interpreter"),
    Attempt(name="change_runtime", tries="change the runtime", action="change_runtime"),
    Attempt(
        name="change_metadata",
        tries="rename, link, chmod, touch or delete a file outside",
        action="change_metadata",
        arguments=_drop,
    ),
    Attempt(
        name="write_large_file",
        tries="write a large file",
        action="write_large_file",
        arguments=lambda bait: (*_drop(bait), _LARGE_FILE),
    ),
)

_TALK = (
    Attempt(
        name="open_sockets", tries="open TCP, UDP, unix, netlink and vsock sockets", action="open_sockets"
    ),
    Attempt(
        name="connect",
        tries="reach TCP, UDP and unix sockets of this machine",
        action="connect",
        arguments=_listeners,
    ),
    Attempt(
        name="send_datagrams",
        tries="turn a pair of sockets towards one outside",
        action="send_datagrams",
        arguments=_datagram_listeners,
    ),
)

_PROCESSES = (
    Attempt(name="fork", tries="start another process (fork, clone)", action="fork"),
    Attempt(name="vfork", tries="start another process (vfork)", action="vfork"),
    Attempt(name="execute", tries="become another program (exec)", action="execute"),
    Attempt(name="spawn", tries="start another program (posix_spawn, subprocess, system)", action="spawn"),
    Attempt(
        name="start_threads",
        tries="start too many threads",
        action="start_threads",
        arguments=lambda bait: (_MANY_THREADS,),
        judge=few_threads,
        excused=_BY_ALL,
    ),
    Attempt(
        name="send_signals",
        tries="kill a process outside, or the jail's own first one",
        action="send_signals",
        arguments=_grader,
    ),
    Attempt(
        name="trace",
        tries="trace and change other processes",
        action="trace",
        arguments=_grader,
    ),
)

_KERNEL = (
    Attempt(name="new_namespaces", tries="make a user namespace", action="new_namespaces"),
    Attempt(name="mount", tries="mount, chroot or pivot_root", action="mount", arguments=_drop),
    Attempt(name="use_keyring", tries="put a key into the kernel's keyrings", action="use_keyring"),
    Attempt(name="use_io_uring", tries="use io_uring", action="use_io_uring"),
    Attempt(name="make_memory_files", tries="make files in memory (memfd)", action="make_memory_files"),
    Attempt(
        name="leave_marks",
        tries="leave marks for others (locks, leases, shared memory, queues)",
        action="leave_marks",
    ),
    Attempt(
        name="knock_at_the_kernel",
        tries="use bpf, perf, userfaultfd or load a module",
        action="knock_at_the_kernel",
    ),
    Attempt(name="become_root", tries="become root, or be it already", action="become_root", judge=not_root),
)

_TOO_MUCH = (
    Attempt(
        name="fill_memory",
        tries="fill 1 GiB of memory",
        action="fill_memory",
        arguments=lambda bait: (_GIGABYTE_IN_MB,),
        judge=little_memory,
        excused=_BY_ALL,
    ),
    Attempt(
        name="fill_kernel_memory",
        tries="fill the kernel's memory with pipes and sockets",
        action="fill_kernel_memory",
        judge=little_in_the_kernel,
    ),
    Attempt(
        name="open_descriptors",
        tries="open more files than allowed",
        action="open_descriptors",
        arguments=lambda bait: (2 * LIMITS.open_files,),
        excused=_BY_ALL,
    ),
    Attempt(name="raise_limits", tries="raise its own limits", action="raise_limits", excused=_BY_ALL),
    Attempt(
        name="spin",
        tries="use the processor without end",
        action="spin",
        judge=ended(*_STUCK),
        limits=SHORT,
        excused=_BY_ALL,
    ),
    Attempt(
        name="wait",
        tries="wait without end",
        action="wait",
        judge=ended(*_STUCK),
        limits=SHORT,
        excused=_BY_ALL,
    ),
    Attempt(
        name="print_without_end",
        tries="print without end",
        action="print_without_end",
        judge=ended("StudentFlooded"),
        excused=_BY_ALL,
    ),
    Attempt(
        name="speak_out_of_turn",
        tries="send the grader what is no answer",
        action="speak_out_of_turn",
        judge=ended("JailDied", "StudentFlooded"),
        excused=_BY_ALL,
    ),
    Attempt(
        name="return_too_much",
        tries="return a value beyond its limit",
        action="return_too_much",
        arguments=lambda bait: (8 * LIMITS.value_chars,),
        judge=cut,
        excused=_BY_ALL,
    ),
    Attempt(
        name="same_python",
        tries="run under another Python than the one named outside",
        action="tell_version",
        judge=same_python,
        excused=_BY_ALL,
    ),
)

ATTEMPTS: tuple[Attempt, ...] = (*_READ, *_WRITE, *_TALK, *_PROCESSES, *_KERNEL, *_TOO_MUCH)
"""In this order. The last of all, made by `selftest`, is `OUTLIVE`."""

OUTLIVE = Attempt(
    name="outlive",
    tries="outlive the run",
    action="cling",
    judge=nothing,
    excused=_BY_ALL,
)
