"""``ctrf``: the Common Test Report Format, JSON that dashboards and bots read. Points stand in ``extra``."""

from __future__ import annotations

import json
from typing import Any

from autograder import __version__
from autograder.escape import visible
from autograder.model import REPORT_FORMAT, Outcome, TestResult
from autograder.outputs.export.batch import Batch, Exported, Settings, Stored, one_file
from autograder.outputs.export.explanation import explanation
from autograder.outputs.export.marks import number

_STATUSES = {Outcome.PASSED: "passed", Outcome.NOT_RUN: "skipped", Outcome.GRADER_ERROR: "other"}


def export(batch: Batch, settings: Settings) -> Exported:
    """Return one document; durations are those of the virtual clock."""
    tests = [test for item in batch.items for test in _tests(item)]
    counts = {
        status: sum(test["status"] == status for test in tests)
        for status in ("passed", "failed", "skipped", "pending", "other")
    }
    document = {
        "reportFormat": "CTRF",
        "specVersion": "1.0.0",
        "generatedBy": "autograder",
        "results": {
            "tool": {"name": "autograder", "version": __version__},
            "summary": {
                "tests": len(tests),
                **counts,
                "suites": len(batch.items),
                "start": 0,
                "stop": sum(test["duration"] for test in tests),
            },
            "tests": tests,
            "environment": {"appName": visible(batch.assignment)},
            "extra": {
                "format": REPORT_FORMAT,
                "submissions": [
                    {
                        "id": visible(item.report.id),
                        "status": item.report.status.value,
                        "score": number(item.report.score) if item.graded else None,
                        "max_score": number(item.report.max_score),
                    }
                    for item in batch.items
                ],
            },
        },
    }
    return one_file(json.dumps(document, indent=1, allow_nan=False) + "\n")


def _tests(item: Stored) -> list[dict[str, Any]]:
    who = visible(item.report.id)
    rows = [
        _test(test, [who, visible(exercise.id)])
        for exercise in item.report.exercises
        for test in exercise.tests
    ]
    if item.graded:
        return rows
    reason = visible(item.report.reason or "no reason was given")
    return [
        {"name": "not graded", "status": "other", "duration": 0, "suite": [who], "message": reason},
        *rows,
    ]


def _test(test: TestResult, suite: list[str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": visible(test.name),
        "status": _STATUSES.get(test.outcome, "failed"),
        "rawStatus": test.outcome.value,
        "duration": round(test.virtual_seconds * 1_000),
        "suite": suite,
        "extra": {
            "score": None if test.outcome is Outcome.GRADER_ERROR else number(test.score),
            "max_score": number(test.max_score),
        },
    }
    if test.concept:
        row["tags"] = [visible(test.concept)]
    if text := "\n".join(explanation(test)):
        row["message"] = visible(text, lines=True)
    return row
