"""``gradescope``: ``results.json``, from which Gradescope takes score and feedback of one submission.

`to_results` is for whoever grades inside Gradescope, too. The visibility of a test goes to Gradescope, which keeps to
it, and its reveal level says what is written down at all: results of earlier submissions come back into the container
in which the next one is graded. For the same reason the seed stays out.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from autograder.escape import markdown_block, visible
from autograder.model import REPORT_FORMAT, Outcome, Status, SubmissionReport, TestResult
from autograder.outputs.export.audience import OUR_FAULT, for_students
from autograder.outputs.export.batch import Batch, Exported, Settings, Stored, file_each
from autograder.outputs.export.explanation import each_test, explanation, finding_lines, headline
from autograder.outputs.export.marks import number


def export(batch: Batch, settings: Settings) -> Exported:
    """Return a ``results.json`` for each submission, also for those that were not graded."""

    def write(item: Stored) -> str:
        results = to_results(
            item.report,
            batch.assignment,
            output_format=settings.output_format,
            leaderboard=settings.leaderboard,
        )
        return to_text(results)

    return file_each(batch, ".json", write)


def to_text(results: Mapping[str, Any]) -> str:
    """Return ``results.json`` as text, in ASCII."""
    return json.dumps(results, indent=2, allow_nan=False) + "\n"


def to_results(
    report: SubmissionReport,
    assignment: str,
    *,
    output_format: str = "text",
    leaderboard: bool = False,
    previous: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what ``results.json`` holds for one report, as the teacher has it.

    ``output_format`` is one of `batch.OUTPUT_FORMATS`. With ``leaderboard``, the points of the tests that everybody may
    see stand on it. ``previous`` has the results of the submission before, which stay if this one was not graded.
    """
    if report.status is not Status.GRADED:
        shown = for_students(report, merge=False).reason or OUR_FAULT
        return to_failure(report.reason, assignment, shown=shown, previous=previous)
    report = for_students(report, merge=False)
    everything_is_seen = all(test.visibility == "visible" for _, _, test in each_test(report))
    # Gradescope keeps the total from students while a test is hidden from them, and so must what we write above it.
    lines = [*([headline(report)] if everything_is_seen else []), *finding_lines(report)]
    results = {
        **_frame(assignment, _form("\n".join(lines), output_format), output_format, graded=True),
        "score": number(report.score),
        "execution_time": round(report.wall_seconds, 3),
        "tests": [_test(place, test, output_format) for place, _, test in each_test(report)],
    }
    if leaderboard:
        seen = [test.score for _, _, test in each_test(report) if test.visibility == "visible"]
        results["leaderboard"] = [
            {"name": "Points of the visible tests", "value": number(sum(seen, Decimal(0)))}
        ]
    return results


def to_failure(
    reason: str,
    assignment: str,
    *,
    shown: str = OUR_FAULT,
    previous: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return results that say that there are none: no score, ``shown`` for the student, ``reason`` for the teacher.

    With ``previous`` (results as Gradescope gives them back), those are given again, so that the score stays.
    """
    if previous is not None and (previous.get("tests") or previous.get("score") is not None):
        kept = _without_nulls(dict(previous))
        return {
            **kept,
            "output": visible(f"{shown}\nThe results of the submission before stand.", lines=True),
        }
    return {
        **_frame(assignment, visible(shown, lines=True), "text", graded=False),
        "tests": [
            {
                "name": "Not graded",
                "status": "failed",
                "output": visible(shown, lines=True),
                "visibility": "visible",
            },
            {
                # A test that students cannot see also hides from them what Gradescope makes of a missing score.
                "name": "Not graded: the reason, for the teacher",
                "status": "failed",
                "output": visible(reason or "no reason was given", lines=True),
                "visibility": "hidden",
            },
        ],
    }


def _frame(assignment: str, output: str, output_format: str, *, graded: bool) -> dict[str, Any]:
    return {
        "output": output,
        "output_format": output_format,
        "test_output_format": output_format,
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"format": REPORT_FORMAT, "assignment": assignment, "graded": graded},
    }


def _test(place: str, test: TestResult, output_format: str) -> dict[str, Any]:
    passed = test.outcome is Outcome.PASSED
    return {
        "score": number(test.score),
        "max_score": number(test.max_score),
        "status": "passed" if passed else "failed",
        "name": visible(test.name),
        "name_format": "text",
        "number": place,
        "output": _form("\n".join(explanation(test)), output_format),
        "output_format": output_format,
        "tags": [visible(tag) for tag in (test.exercise, test.concept) if tag],
        "visibility": test.visibility,
        "extra_data": {"outcome": test.outcome.value},
    }


def _form(text: str, output_format: str) -> str:
    """Return a text made harmless for the place in which Gradescope shows it."""
    if output_format == "md":
        return markdown_block(text) if text else ""
    text = visible(text, lines=True)
    if output_format in ("html", "simple_format"):
        text = html.escape(text)
    if output_format == "html":
        text = text.replace("\n", "<br>\n")
    return text


def _without_nulls(value: Any) -> Any:
    """Leave out what Gradescope fills in as null, which it does not take back."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value
