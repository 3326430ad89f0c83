"""Points: rows of tests in, exercise and submission reports out. Pure, and exact: `Decimal` from end to end."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from autograder.model import (
    Assignment,
    Evidence,
    Exercise,
    ExerciseReport,
    Finding,
    Origin,
    Outcome,
    Status,
    SubmissionReport,
    TestResult,
)

_CENT = Decimal("0.01")
_ZERO = Decimal(0)


def score_submission(
    assignment: Assignment,
    submission_id: str,
    rows: Sequence[TestResult],
    *,
    reason: str = "",
    findings: Sequence[Finding] = (),
    evidence: Sequence[Evidence] = (),
    notes: Sequence[str] = (),
    exercises: Sequence[str] = (),
    wall_seconds: float = 0.0,
    origin: Origin = Origin(),  # noqa: B008 - it is frozen, and what it holds is never written to
) -> SubmissionReport:
    """Return the report of one submission.

    ``exercises`` holds the ids of the exercises that were to be graded (empty: all). With a ``reason``, with a row that
    is a grader's error, or with rows that are worth something else than their exercise, the submission is not graded;
    its score of 0 then means nothing. ``evidence`` of tampering is passed on and never changes a score.
    """
    chosen = [exercise for exercise in assignment.exercises if not exercises or exercise.id in exercises]
    reports = tuple(_score_exercise(exercise, rows) for exercise in chosen)
    reason = reason or _grader_error(rows) or _wrong_sum(chosen, reports)
    return SubmissionReport(
        id=submission_id,
        status=Status.NOT_GRADED if reason else Status.GRADED,
        score=_ZERO if reason else sum((report.score for report in reports), _ZERO),
        max_score=sum((report.max_score for report in reports), _ZERO),
        reason=reason,
        exercises=reports,
        findings=tuple(findings),
        evidence=tuple(evidence),
        notes=tuple(notes),
        wall_seconds=wall_seconds,
        origin=origin,
    )


def json_number(points: Decimal) -> int | float:
    """Return points as a JSON number: an int when whole, else a float of at most two decimals."""
    rounded = points.quantize(_CENT, rounding=ROUND_HALF_UP)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)


def _score_exercise(exercise: Exercise, rows: Sequence[TestResult]) -> ExerciseReport:
    tests = tuple(row for row in rows if row.exercise == exercise.id)
    return ExerciseReport(
        id=exercise.id,
        title=exercise.title,
        score=max(_ZERO, sum((min(row.score, row.max_score) for row in tests), _ZERO)),
        max_score=exercise.points,
        tests=tests,
    )


def _grader_error(rows: Sequence[TestResult]) -> str:
    for row in rows:
        if row.outcome is Outcome.GRADER_ERROR:
            return f"{row.name}: {row.message or 'the grader failed without a message'}"
    return ""


def _wrong_sum(chosen: Sequence[Exercise], reports: Sequence[ExerciseReport]) -> str:
    for exercise, report in zip(chosen, reports, strict=True):
        total = sum((row.max_score for row in report.tests), _ZERO)
        if total != exercise.points:
            return (
                f"the tests of exercise {exercise.id} are worth {json_number(total)} points together, "
                f"but assignment.toml gives it {json_number(exercise.points)}: make the two agree"
            )
    return ""
