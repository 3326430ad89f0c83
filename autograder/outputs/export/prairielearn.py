"""``prairielearn``: ``results.json`` of an external grader of PrairieLearn. For students.

Scores are parts of one. What was not graded is `not gradable`, which costs the student no attempt.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from autograder.escape import visible
from autograder.model import SubmissionReport
from autograder.outputs.export.batch import Batch, Exported, LeftOut, Settings, Stored, file_each
from autograder.outputs.export.explanation import (
    each_test,
    explanation,
    finding_lines,
    headline,
    hidden_line,
)
from autograder.outputs.export.marks import number

_MOST_BYTES = 1_000_000


def export(batch: Batch, settings: Settings) -> Exported:
    """Return a ``results.json`` for each submission."""
    return file_each(batch, ".json", _write)


def _write(item: Stored) -> str | LeftOut:
    report = item.report
    if not item.graded:
        reason = visible(report.reason or "no reason was given", lines=True)
        return _to_text({"gradable": False, "format_errors": [f"Not graded: {reason}"]})
    if report.max_score <= 0:
        return LeftOut(id=report.id, why="it is worth no points, so that its score is no part of one")
    tests = _tests(report)
    results = {
        "gradable": True,
        "score": float(min(max(report.score / report.max_score, Decimal(0)), Decimal(1))),
        "message": visible("\n".join([headline(report), *_filled(hidden_line(report))]), lines=True),
        "output": visible("\n".join(finding_lines(report)), lines=True),
        "tests": tests,
    }
    size = len(_to_text(results))
    for test in reversed(tests):
        if size <= _MOST_BYTES:
            break
        size -= len(json.dumps(test["message"])) - len('""')
        test["message"] = ""
    text = _to_text(results)
    if len(text) > _MOST_BYTES:
        return LeftOut(id=report.id, why="its results are larger than the megabyte that PrairieLearn takes")
    return text


def _tests(report: SubmissionReport) -> list[dict[str, Any]]:
    return [
        {
            "name": visible(test.name),
            "description": visible(test.title),
            "points": number(test.score),
            "max_points": number(test.max_score),
            "message": visible("\n".join(explanation(test)[bool(test.title) :]), lines=True),
        }
        for _, _, test in each_test(report)
    ]


def _filled(line: str) -> list[str]:
    return [line] if line else []


def _to_text(results: dict[str, Any]) -> str:
    return json.dumps(results, indent=1, allow_nan=False) + "\n"
