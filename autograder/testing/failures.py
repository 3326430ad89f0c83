"""What a hidden test can meet in place of an answer.

A `StudentFailure` is the verdict of the trusted side about the jail's process; it sticks to the test, also when the
test's own code catches it. What the student's code *raised* arrives as an exception of the same class, marked by
`mark_as_students`, or as a `StudentRaised` where the class would do harm here (``SystemExit`` would end the run).
"""

from __future__ import annotations

import pytest

from autograder.model import Outcome


class StudentFailure(Exception):
    """The student's process can give no more answers in this test."""

    outcome = Outcome.CRASHED
    trace = ""
    """What it tells of tampering: a code of `autograder.grading.evidence`, empty for nothing."""

    def __init__(self, message: str, places: tuple[str, ...] = (), how: str = "waits in") -> None:
        super().__init__(message)
        self.places = places
        self.how = how

    def __str__(self) -> str:
        text: str = self.args[0]
        if self.places:
            text += "\n" + "\n".join(f"  {self.how} {place}" for place in self.places[:8])
        return text


class StudentStuck(StudentFailure):
    """It will never end by itself: a deadlock, an endless loop, a limit of time."""

    outcome = Outcome.TIMED_OUT


class StudentTooSlow(StudentStuck):
    """It ran into a limit of processor, wall or virtual time, which costs the grader time of its own."""


class StudentFlooded(StudentFailure):
    """It printed or sent far more than its limit."""


class JailDied(StudentFailure):
    """Its process ended, or spoke something that is not the protocol."""


class FileMissing(StudentFailure):
    """The file that the test is about was not handed in."""

    outcome = Outcome.NOT_RUN


class StudentRaised(Exception):
    """The student's code raised something that must not be raised here: SystemExit, KeyboardInterrupt, ..."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}" if text else kind)
        self.kind = kind


class OpaqueValue(AssertionError):
    """A test wanted to judge an object of the student's by a truth value that lives inside the jail."""


class ValueBeyondLimit(AssertionError):
    """A test looks at a value of the student's that is larger than a value may be."""


class CannotCross(Exception):
    """A test handed over something that cannot go into the jail."""


class SuiteDeadlock(Exception):
    """The test itself waits for something that can never happen."""


class SuiteHung(pytest.fail.Exception):  # type: ignore[name-defined,misc]  # a value, to mypy
    """The test itself blocked the trusted side for too long. No `Exception`: a test must not catch it by accident."""


Where = tuple[tuple[str, int, str, str], ...]
"""Frames of the submission, innermost last: file, line, function, source."""


def mark_as_students(error: BaseException, where: Where) -> None:
    """Remember on an exception that the student's code raised it, and where."""
    error.__dict__["student_where"] = where


def where_raised(error: BaseException) -> Where | None:
    """Return where the student's code raised this exception, None if it did not."""
    return error.__dict__.get("student_where")


def mark_limit(error: BaseException, limit: str) -> None:
    """Remember on an exception of the student's code which limit (in words) it speaks of."""
    if limit:
        error.__dict__["student_limit"] = limit


def limit_named(error: BaseException) -> str:
    """Return the limit that `mark_limit` has noted, in words; nothing if there is none."""
    return str(error.__dict__.get("student_limit", ""))
