"""``classroom50``: ``result.json`` for the runner of Classroom 50. For students.

Scores are whole numbers there. Where tests are worth parts of a point, all points are multiplied by 10 or 100; what
decides is what the tests are worth, so that it is the same for the whole class.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from autograder.errors import UsageError
from autograder.escape import visible
from autograder.model import Outcome, TestResult
from autograder.outputs.export.batch import Batch, Exported, LeftOut, Settings, not_graded, one_file
from autograder.outputs.export.explanation import explanation
from autograder.outputs.wording import points

_NEEDED = {
    "classroom": "CLASSROOM",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
}
_SCALES = (1, 10, 100)


def export(batch: Batch, settings: Settings) -> Exported:
    """Return the result of one submission; raise `UsageError` outside the runner. Without a score there is none."""
    (item,) = batch.items
    told = settings.environment
    if missing := [name for name in _NEEDED.values() if not told.get(name)]:
        raise UsageError(
            f"classroom50: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set in the environment. "
            "Run this in the autograder.py that the runner of Classroom 50 starts, which sets them."
        )
    if not item.graded:
        return Exported(files=(), left_out=(not_graded(item, to_students=True),))
    report = item.report
    tests = [test for exercise in report.exercises for test in exercise.tests]
    worth = [report.max_score, *(test.max_score for test in tests)]
    scale = next((each for each in _SCALES if all(_is_whole(value * each) for value in worth)), _SCALES[-1])
    values = [report.score, *worth, *(test.score for test in tests)]
    if not all(_is_whole(value * scale) for value in values):
        why = f"{points(report.score)} points times {scale} is no whole number, as Classroom 50 wants it"
        return Exported(files=(), left_out=(LeftOut(id=report.id, why=why),))
    submitted_at = report.origin.submitted_at or settings.now
    result = {
        "schema": "classroom50/result/v1",
        "classroom": told["CLASSROOM"],
        "assignment": told.get("ASSIGNMENT") or batch.assignment,
        **({"assignment_type": told["ASSIGNMENT_TYPE"]} if told.get("ASSIGNMENT_TYPE") else {}),
        **({"owner": told["OWNER"]} if told.get("OWNER") else {}),
        "submission": told["SUBMISSION_TAG"],
        "commit": told["COMMIT_URL"],
        "release": told["RELEASE_URL"],
        "review": told.get("REVIEW_URL") or told["COMMIT_URL"],
        "datetime": _instant(submitted_at),
        "graded_at": _instant(settings.now),
        "score": int(report.score * scale),
        "max-score": int(report.max_score * scale),
        "tests": [_test(test, scale) for test in tests],
    }
    notes = [f"points are times {scale}, since Classroom 50 knows only whole ones"] if scale > 1 else []
    if not report.origin.submitted_at:
        notes.append("the report does not say when it was handed in: `datetime` is the time of this export")
    return one_file(json.dumps(result, indent=2) + "\n", notes=notes)


def _test(test: TestResult, scale: int) -> dict[str, Any]:
    text = "\n".join(explanation(test))
    return {
        "test-name": visible(test.name),
        "passed": test.outcome is Outcome.PASSED,
        "score": int(test.score * scale),
        "max-score": int(test.max_score * scale),
        **({"output": visible(text, lines=True)} if text else {}),
    }


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def _instant(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a time as in 2026-03-01T23:10:00+00:00. Grade again.") from error
    if moment.tzinfo is None:
        raise UsageError(
            f"{text!r} does not say its offset from UTC, as in 2026-03-01T23:10:00+00:00. Grade again."
        )
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
