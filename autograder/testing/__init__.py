"""What a hidden test may use. Ordinary pytest, plus the fixtures ``student``, ``run_script`` and ``rng``.

From here a suite imports `Spy`, `check`, `check_lines` and what `observe` offers (`start`, `now`, `check_time`,
`must_raise`, `Heartbeat`). ``plugin`` is loaded by the grader as an object and never by
entry point; ``clock`` and ``link`` put test and student on one clock; ``messages`` and ``forms`` check all that the
jail says; ``codec`` makes values of it, ``remote`` holds the stand-ins for what stays in the jail; ``failures`` is what
a test can meet in place of an answer, and ``bounds`` names the limit that was met.
"""

from .check import check, check_lines
from .failures import StudentFailure, StudentRaised
from .observe import Heartbeat, check_time, must_raise, now, start
from .spy import Call, Spy

__all__ = [
    "Call",
    "Heartbeat",
    "Spy",
    "StudentFailure",
    "StudentRaised",
    "check",
    "check_lines",
    "check_time",
    "must_raise",
    "now",
    "start",
]
