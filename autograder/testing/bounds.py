"""The limits of one test, in words: which one was reached, what its value is, and where in the program.

The facts come from the trusted side and from the kernel: what was sent, and how the process ended. Where an exception
of the student's code speaks of a limit (a MemoryError), its words are kept and the limit is named before them.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable

from autograder.jail.host import Ending
from autograder.jail.host.wire import LimitReached
from autograder.jail.limits import BROKEN_RUNTIME, LOST_CHANNEL, JailLimits
from autograder.jail.protocol import ProtocolError, TooLarge
from autograder.jail.values import MAX_ALIKE, MAX_INT_BITS

from .failures import JailDied, StudentFailure, StudentFlooded, StudentTooSlow
from .messages import Unasked

_SIGABRT, _SIGKILL, _SIGSEGV, _SIGXCPU, _SIGXFSZ, _SIGSYS = -6, -9, -11, -24, -25, -31
_NEARLY = 0.75
"""Share of the memory limit that a process has touched which was killed for memory: the limit counts addresses."""

MOST_CLASSES = 500
"""Exception classes of the program's in one test; each stays until its end."""

_CRASH_PLACE = re.compile(r'File "(.*)", ((?:cell \d+, )?line \d+) in (.*)')

_WORDS: dict[str, tuple[str, Callable[[JailLimits], str]]] = {
    "cpu_seconds": ("processor time limit", lambda limits: f"{limits.cpu_seconds:g} s"),
    "memory_mb": ("memory limit", lambda limits: f"{limits.memory_bytes >> 20} MB"),
    "output_kb": ("output limit", lambda limits: f"{limits.output_bytes >> 10} KB"),
    "threads": ("thread limit", lambda limits: str(limits.threads)),
    "open_files": ("open file limit", lambda limits: str(limits.open_files)),
    "file_kb": ("file size limit", lambda limits: f"{limits.file_bytes >> 10} KB"),
    "messages": ("message limit", lambda limits: f"{limits.messages:,}"),
    "protocol_mb": ("protocol limit", lambda limits: f"{limits.protocol_bytes >> 20} MB"),
    "value_kb": ("value limit", lambda limits: f"{limits.value_chars >> 10} KB of text"),
    "value_items": ("value limit", lambda limits: f"{limits.value_items:,} items"),
    "value_depth": ("value limit", lambda limits: f"{limits.value_depth} levels"),
    "number": ("value limit", lambda limits: f"numbers of {MAX_INT_BITS:,} bits"),
    "classes": ("value limit", lambda limits: f"{MOST_CLASSES} exception classes"),
    "parts": ("value limit", lambda limits: f"{limits.frame_parts:,} parts of one message"),
    "alike": ("value limit", lambda limits: f"{MAX_ALIKE} keys of one hash"),
}


VALUE_LIMITS = ("value_kb", "value_items", "value_depth", "number")
"""What a value can be beyond."""

_FLOODS = {
    "messages": "its process sends message after message",
    "protocol_mb": "its process sends without end",
    "output_kb": "it prints without end",
}


def words_for(limit: str, limits: JailLimits) -> str:
    """Return a limit's name and value; ``limit`` is a field of `autograder.model.Limits`, or number."""
    name, value = _WORDS[limit]
    return f"{name} ({value(limits)})"


LIES = (ProtocolError, TooLarge, LimitReached)
"""What reading a message raises that is not what it may be."""


def lied(error: Exception, limits: JailLimits) -> StudentFailure:
    """Return the failure of a process whose message raised one of `LIES`."""
    if isinstance(error, LimitReached):
        return StudentFlooded(f"{words_for(error.limit, limits)}: {_FLOODS[error.limit]}")
    if isinstance(error, TooLarge):
        return StudentFlooded(f"{words_for(error.limit, limits)}: its process sent a value beyond it")
    failure = JailDied(f"its process sent something that is not the protocol ({error})")
    failure.trace = "forged_answer" if isinstance(error, Unasked) else "wrote_to_protocol"
    return failure


def too_slow(ending: Ending, limits: JailLimits) -> StudentTooSlow:
    """Return the failure of a process that did not answer, and was made to say where it is."""
    text = f"wall time limit: no answer within {limits.wall_seconds:g} s: it really waits for something"
    found = _CRASH_PLACE.fullmatch(ending.crash())
    return StudentTooSlow(text, (f"{found[3]}, {found[2]} of {found[1]}",) if found else (), "is in")


def beyond(type_name: str, limit: str, limits: JailLimits) -> str:
    """Say of a value of the student's that it is too large for a test to look at."""
    return f"{words_for(limit, limits)}: the program's {type_name} is beyond it"


def ended(ending: Ending, limits: JailLimits) -> StudentFailure:
    """Conclude why a process ended that nobody meant to end."""
    died = f"the program died: {ending.describe()}"
    over_cpu = ending.exit == _SIGKILL and ending.cpu_seconds > limits.cpu_seconds
    if ending.exit == _SIGXCPU or over_cpu:
        return StudentTooSlow(f"{words_for('cpu_seconds', limits)}: {ending.describe()}")
    if ending.exit == _SIGXFSZ:
        return JailDied(f"{words_for('file_kb', limits)}: {died}")
    full = ending.memory_kb * 1024 > _NEARLY * limits.memory_bytes
    killed = ending.exit in (_SIGABRT, _SIGKILL, _SIGSEGV, BROKEN_RUNTIME)
    if ending.out_of_memory or (full and killed):
        return JailDied(f"{words_for('memory_mb', limits)}: {died}")
    failure = JailDied(died)
    failure.trace = _trace_of(ending)
    return failure


def _trace_of(ending: Ending) -> str:
    """Say what an ending that no limit explains tells of tampering. A crash tells nothing."""
    if ending.was_alive or ending.exit == LOST_CHANNEL:
        return "closed_channel"
    if ending.exit == BROKEN_RUNTIME:
        return "broke_runtime"
    if ending.exit == _SIGSYS:
        return "forbidden_call"
    return "ended_process" if ending.exit >= 0 else ""


def limit_behind(error: BaseException, limits: JailLimits) -> str:
    """Return the limit that an exception of the student's code speaks of, in words; nothing if it speaks of none."""
    if isinstance(error, MemoryError):
        return words_for("memory_mb", limits)
    if isinstance(error, OSError):
        name = {errno.EMFILE: "open_files", errno.EFBIG: "file_kb", errno.ENOMEM: "memory_mb"}.get(
            error.errno or 0
        )
        return words_for(name, limits) if name else ""
    if isinstance(error, RuntimeError) and str(error).startswith("can't start new thread"):
        if "run already" in str(error):
            return words_for("threads", limits)
        # The kernel has refused it: there are too many, or there is no memory for the stack of another one.
        return f"{words_for('threads', limits)} or {words_for('memory_mb', limits)}"
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, (limit_behind(each, limits) for each in error.exceptions)), "")
    return ""
