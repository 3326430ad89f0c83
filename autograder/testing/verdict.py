"""From the exception that ended a test to the outcome that a student reads."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from autograder.errors import AutograderError
from autograder.model import Outcome

from .failures import (
    CannotCross,
    StudentFailure,
    StudentRaised,
    SuiteDeadlock,
    SuiteHung,
    limit_named,
    where_raised,
)

_LONGEST = 2_000

_NULL_BYTES = "source code string cannot contain null bytes"
"""What Python says of a file that an editor has saved as UTF-16."""

_NO_JUDGEMENT = (pytest.skip.Exception, pytest.xfail.Exception, pytest.exit.Exception, SuiteHung, Warning)
"""What ends a test before it has said anything about the program."""

_OURS = (
    *(AutograderError, CannotCross, OSError, MemoryError, KeyboardInterrupt, SystemExit),
    *(NameError, ImportError, SyntaxError),
)
"""What can only be the grader's or the suite's own fault, when it is not marked as raised by the program."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one test, and how much virtual time it took."""

    outcome: Outcome
    message: str
    virtual_seconds: float


def judge(error: BaseException, when: str, virtual_seconds: float) -> Verdict:
    """Return the verdict on a test that ended with this exception in the phase ``when`` (setup, call, teardown)."""
    outcome, message = _judge(error, when)
    message = "".join(
        each if each.isprintable() or each == "\n" else ascii(each)[1:-1] for each in message[: 2 * _LONGEST]
    )
    if len(message) > _LONGEST:
        message = message[:_LONGEST] + "..."
    return Verdict(outcome, message, virtual_seconds)


def _said(error: BaseException, place: tuple[str, int] | None) -> str:
    """Return what an exception of the program says, without the place in it that is told anyway."""
    if isinstance(error, StudentRaised):
        return str(error)
    text, kind = str(error), type(error).__name__
    if isinstance(error, SyntaxError) and place is not None:
        text = text.removesuffix(f" ({place[0].rpartition('/')[2]}, line {place[1]})")
    if isinstance(error, (SyntaxError, ValueError)) and text == _NULL_BYTES:
        text += ": save the file as UTF-8"
    return f"{kind}: {text}" if text else kind


def _judge(error: BaseException, when: str) -> tuple[Outcome, str]:
    kind = type(error).__name__
    if isinstance(error, StudentFailure):
        return error.outcome, str(error)
    where = where_raised(error)
    if where is not None or isinstance(error, StudentRaised):
        text = _said(error, where[-1][:2] if where else None)
        if where:
            file, line, _, source = where[-1]
            text += f" ({file}, line {line}: {source})" if source else f" ({file}, line {line})"
        if limit_named(error):
            text = f"{limit_named(error)}: {text}"
        return Outcome.STUDENT_ERROR, text
    if isinstance(error, _NO_JUDGEMENT):
        return Outcome.GRADER_ERROR, f"the suite did not judge this test: {kind}: {error}"
    if isinstance(error, (AssertionError, pytest.fail.Exception)):
        return Outcome.FAILED, str(error) or "the expected behaviour was not seen"
    if isinstance(error, SuiteDeadlock):
        return Outcome.TIMED_OUT, f"deadlock: {error}"
    if isinstance(error, _OURS) or when != "call":
        return Outcome.GRADER_ERROR, f"{kind}: {error}"
    if isinstance(error, asyncio.CancelledError):
        return Outcome.FAILED, "a cancellation came out where none was expected"
    return Outcome.FAILED, f"the test could not use what it got from the program: {kind}: {error}"
