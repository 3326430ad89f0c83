"""What students may see of a report.

Two markers of a test decide. Its *visibility* says when students see it at all, and goes to the system where that has
visibilities of its own (Gradescope); elsewhere the tests that may not be seen count in the score and become one line.
Its *reveal* level says how much of it is written down:

===========  ====================================================================
``nothing``  name, points, passed or not
``concept``  and what it is about: title, concept, and in which way it has failed
``message``  and what was expected and seen, and the hint
``full``     and the time that it took on the virtual clock
===========  ====================================================================

Notes and evidence are the teacher's alone. A finding is shown where a test of the same exercise shows its message.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from autograder.model import (
    REVEALS,
    VISIBILITIES,
    ExerciseReport,
    Outcome,
    Status,
    SubmissionReport,
    TestResult,
)
from autograder.outputs.export.batch import AS_OF
from autograder.outputs.wording import points

HIDDEN = "hidden tests"
"""Id of the exercise that stands for all tests that may not be seen."""

OUR_FAULT = (
    "The grader has failed on this submission. That says nothing about the program and costs no points: "
    "your teacher has the reason, and it will be graded again."
)

_ZERO = Decimal(0)


def for_students(report: SubmissionReport, *, as_of: str = "open", merge: bool = True) -> SubmissionReport:
    """Return what students may see of a report at a moment (one of `batch.AS_OF`).

    With ``merge``, the tests that they may not see become one in an exercise of its own, which is worth nothing by
    itself: scores of exercises stay what they are. Without, all tests stay, for a system that hides them itself.
    """
    findings = tuple(
        finding
        for finding in report.findings
        if any(
            _is_shown(test, as_of) and _level(test) >= REVEALS.index("message")
            for exercise in report.exercises
            if exercise.id == finding.exercise
            for test in exercise.tests
        )
    )
    report = replace(report, findings=findings, evidence=(), notes=())
    if report.status is not Status.GRADED:
        # Where no test has run, the reason is about what was handed in; elsewhere it quotes a hidden test.
        has_run = any(exercise.tests for exercise in report.exercises)
        exercises = tuple(replace(exercise, tests=()) for exercise in report.exercises)
        return replace(
            report, reason=OUR_FAULT if has_run else report.reason, exercises=exercises, findings=()
        )
    exercises = tuple(_revealed(exercise, as_of, merge) for exercise in report.exercises)
    hidden = [
        test
        for exercise in report.exercises
        for test in exercise.tests
        if merge and not _is_shown(test, as_of)
    ]
    return replace(report, exercises=(*exercises, _merged(hidden)) if hidden else exercises)


def _level(test: TestResult) -> int:
    return REVEALS.index(test.reveal)


def _is_shown(test: TestResult, as_of: str) -> bool:
    first = len(VISIBILITIES) - 1 - AS_OF.index(as_of)  # `visible` is the last one, and always shown
    order = ("hidden", "after_published", "after_due_date", "visible")
    return order.index(test.visibility) >= first


def _revealed(exercise: ExerciseReport, as_of: str, merge: bool) -> ExerciseReport:
    tests = (test for test in exercise.tests if not merge or _is_shown(test, as_of))
    return replace(exercise, tests=tuple(map(_reveal, tests)))


def _reveal(test: TestResult) -> TestResult:
    level = test.reveal
    if level == "full":
        return test
    test = replace(test, virtual_seconds=0.0)
    if level == "message":
        return test
    test = replace(test, message="", hint="")
    if level == "concept":
        return test
    outcome = Outcome.PASSED if test.outcome is Outcome.PASSED else Outcome.FAILED
    return replace(test, title="", concept="", outcome=outcome)


def _merged(tests: list[TestResult]) -> ExerciseReport:
    score = sum((min(test.score, test.max_score) for test in tests), _ZERO)
    worth = sum((test.max_score for test in tests), _ZERO)
    passed = all(test.outcome is Outcome.PASSED for test in tests)
    test = TestResult(
        name=f"{HIDDEN}: {points(score)}/{points(worth)}",
        title="",
        exercise=HIDDEN,
        concept="",
        outcome=Outcome.PASSED if passed else Outcome.FAILED,
        score=score,
        max_score=worth,
        visibility="visible",
        reveal="nothing",
    )
    return ExerciseReport(id=HIDDEN, title="Hidden tests", score=_ZERO, max_score=_ZERO, tests=(test,))
