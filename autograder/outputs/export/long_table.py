"""A row for each test of each submission: what the long tables hold, whatever they are written as."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograder.model import ExerciseReport, Outcome, TestResult
from autograder.outputs.export.batch import Batch, Stored

COLUMNS = {
    "assignment": "text",
    "submission": "text",
    "status": "word",
    "submission_score": "points",
    "submission_max_score": "points",
    "submitted_at": "word",
    "late": "flag",
    "attempt": "whole",
    "exercise": "text",
    "test": "text",
    "title": "text",
    "concept": "text",
    "outcome": "word",
    "score": "points",
    "max_score": "points",
    "virtual_seconds": "seconds",
    "visibility": "word",
    "reveal": "word",
    "message": "text",
    "hint": "text",
    "reason": "text",
    "seed": "whole",
    "jail": "word",
}
"""Name and kind of each column. A new one is put at the end."""


def rows(batch: Batch) -> Iterator[dict[str, Any]]:
    """Yield the rows. What cannot be told is None, the score of what was not graded above all.

    A submission without tests (a damaged archive) has one row all the same.
    """
    for item in batch.items:
        tests = [(exercise, test) for exercise in item.report.exercises for test in exercise.tests]
        for exercise, test in tests:
            yield {**_common(batch, item), **_of_test(exercise, test)}
        if not tests:
            yield {**dict.fromkeys(COLUMNS), **_common(batch, item)}


def _common(batch: Batch, item: Stored) -> dict[str, Any]:
    report = item.report
    return {
        "assignment": batch.assignment,
        "submission": report.id,
        "status": report.status.value,
        "submission_score": report.score if item.graded else None,
        "submission_max_score": report.max_score,
        "submitted_at": report.origin.submitted_at or None,
        "late": report.origin.late,
        "attempt": report.origin.attempt or None,
        "reason": None if item.graded else report.reason,
        "seed": item.seed,
        "jail": item.jail or None,
    }


def _of_test(exercise: ExerciseReport, test: TestResult) -> dict[str, Any]:
    return {
        "exercise": exercise.id,
        "test": test.name,
        "title": test.title,
        "concept": test.concept,
        "outcome": test.outcome.value,
        "score": None if test.outcome is Outcome.GRADER_ERROR else test.score,
        "max_score": test.max_score,
        "virtual_seconds": test.virtual_seconds,
        "visibility": test.visibility,
        "reveal": test.reveal,
        "message": test.message,
        "hint": test.hint,
    }
