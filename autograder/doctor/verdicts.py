"""What gives an attempt away: judges of what the host has seen and the intruder has said."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from autograder.jail.limits import JailLimits

from .processes import Process

LIMITS = JailLimits(
    cpu_seconds=2.0,
    wall_seconds=3.0,
    memory_bytes=160 * 2**20,
    output_bytes=4096,
    threads=16,
    open_files=64,
    file_bytes=64 * 2**10,
    value_chars=32 * 2**10,
)
"""Those of an attempt that is not about a limit of time."""

SHORT = replace(LIMITS, cpu_seconds=0.1, wall_seconds=0.1)
_SLOWEST_SECONDS = 10.0
"""However busy the machine is, a limit of 0.1 s has to be enforced by then."""
_THREADS_BESIDE = 32
"""Threads beyond the limit that a jail may count as its own: those of its first processes, and of dying ones."""
_MEMORY_BESIDE = 256 * 2**20
"""And memory of the same kind, where the kernel ends a process for what its whole jail uses."""
_KERNEL_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What came of one attempt."""

    answer: Any = None
    """What the intruder returned."""
    failure: str = ""
    """Why its process was ended, or ended itself; empty if it answered."""
    kind: str = ""
    """Name of the class of that failure."""
    exit: int = 0
    """How the process had ended then, as the jail tells."""
    peak_kb: int = 0
    """The most memory that it had touched then."""
    error: str = ""
    """What went wrong with the attempt itself, so that it says nothing."""
    seconds: float = 0.0
    processes: tuple[Process, ...] = ()
    """Those of the jail after the answer, where it is still there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Where an attempt is made, for promises that depend on it."""

    backend: str
    version: str
    """``sys.version`` of the interpreter outside."""


Complaint = str
"""What was not held off; empty if all was."""
Judge = Callable[[Seen, Conditions], Complaint]


def refused(seen: Seen, conditions: Conditions) -> Complaint:
    """Complain about each way that was not refused."""
    if seen.exit == -signal.SIGSYS:
        return ""
    if seen.failure:
        return f"its process did not live to be refused: {seen.failure}"
    if not seen.answer:
        return "it has tried nothing"
    return "; ".join(f"{way}: {detail}" for way, result, detail in seen.answer if result != "refused")


def ended(*kinds: str) -> Judge:
    """Expect that the process was ended, soon, for one of these reasons."""

    def judge(seen: Seen, conditions: Conditions) -> Complaint:
        if not seen.failure:
            return "its process was not ended"
        if seen.kind not in kinds:
            return f"its process ended otherwise: {seen.failure}"
        late = seen.seconds > _SLOWEST_SECONDS
        return f"its process was ended after {seen.seconds:.1f} s only" if late else ""

    return judge


def few_threads(seen: Seen, conditions: Conditions) -> Complaint:
    """Count the threads from outside."""
    most = max((process.threads for process in seen.processes), default=0)
    if most > LIMITS.threads + _THREADS_BESIDE:
        return f"a process with {most} threads where {LIMITS.threads} are allowed"
    return refused(seen, conditions)


def little_memory(seen: Seen, conditions: Conditions) -> Complaint:
    """Look from outside how much memory was touched."""
    most = max((process.peak_kb for process in seen.processes), default=seen.peak_kb)
    # Where the whole jail has a limit, the kernel may end the process before it is refused more.
    stopped = seen.kind == "JailDied"
    if most * 1024 > LIMITS.memory_bytes + (_MEMORY_BESIDE if stopped else 0):
        return f"a process with {most >> 10} MB where {LIMITS.memory_bytes >> 20} are allowed"
    return "" if stopped else refused(seen, conditions)


def little_in_the_kernel(seen: Seen, conditions: Conditions) -> Complaint:
    """Judge by the number of bytes that the intruder could get rid of."""
    if seen.failure:
        return f"its process did not live to tell: {seen.failure}"
    return "" if seen.answer <= _KERNEL_BYTES else f"the kernel keeps {seen.answer >> 20} MB for it"


def not_root(seen: Seen, conditions: Conditions) -> Complaint:
    """Look from outside as whom the jail runs."""
    if any(0 in process.users for process in seen.processes):
        return "a process of the jail runs as root"
    return refused(seen, conditions)


def same_python(seen: Seen, conditions: Conditions) -> Complaint:
    """Compare the version inside with the one outside."""
    if seen.failure:
        return f"its process did not live to tell: {seen.failure}"
    return "" if seen.answer == conditions.version else f"inside it is {seen.answer}"


def cut(seen: Seen, conditions: Conditions) -> Complaint:
    """Complain about a value that came out whole."""
    whole = type(seen.answer) is str and len(seen.answer) > LIMITS.value_chars
    return f"a text of {len(seen.answer)} characters came out" if whole else ""


def nothing(seen: Seen, conditions: Conditions) -> Complaint:
    """Leave it to what the host sees."""
    return f"its process did not live to tell: {seen.failure}" if seen.failure else ""
