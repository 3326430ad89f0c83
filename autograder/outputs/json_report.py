"""The JSON form of reports, ``autograder/1``: the same reports give the same bytes, and only ASCII.

Members may be added, never renamed or moved. A score is null where we cannot tell it (``not_graded``,
``grader_error``), so that nobody adds up a zero that no student has earned.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from autograder.escape import json_text
from autograder.model import (
    REPORT_FORMAT,
    Evidence,
    ExerciseReport,
    Finding,
    Origin,
    Outcome,
    Status,
    SubmissionReport,
    TestResult,
)
from autograder.scoring import json_number


def to_document(assignment: str, seed: int, jail: str, report: SubmissionReport) -> str:
    """Return the document for one submission, ended by a newline."""
    return to_json({**header(assignment, seed, jail), "submissions": [_submission(report)]}, indent=2) + "\n"


def header(assignment: str, seed: int, jail: str) -> dict[str, Any]:
    """Return the members in front of the submissions."""
    return {"format": REPORT_FORMAT, "assignment": assignment, "seed": seed, "jail": jail}


def to_line(value: SubmissionReport | dict[str, Any]) -> str:
    """Return a submission, or something plain, as JSON on one line."""
    return to_json(_submission(value) if isinstance(value, SubmissionReport) else value)


def _submission(report: SubmissionReport) -> dict[str, Any]:
    graded = report.status is Status.GRADED
    return {
        "id": report.id,
        "status": report.status.value,
        **({} if graded else {"reason": report.reason}),
        "score": json_number(report.score) if graded else None,
        "max_score": json_number(report.max_score),
        "exercises": [_exercise(exercise, graded) for exercise in report.exercises],
        "findings": [_finding(finding) for finding in report.findings],
        "evidence": [_evidence(each) for each in report.evidence],
        "notes": list(report.notes),
        **({"origin": _origin(report.origin)} if report.origin else {}),
        "grading_wall_seconds": round(report.wall_seconds, 3),
    }


def _exercise(report: ExerciseReport, graded: bool) -> dict[str, Any]:
    return {
        "id": report.id,
        "score": json_number(report.score) if graded else None,
        "max_score": json_number(report.max_score),
        "tests": [_test(test) for test in report.tests],
        "title": report.title,
    }


def _test(result: TestResult) -> dict[str, Any]:
    return {
        "name": result.name,
        "title": result.title,
        "concept": result.concept,
        "outcome": result.outcome.value,
        "score": None if result.outcome is Outcome.GRADER_ERROR else json_number(result.score),
        "max_score": json_number(result.max_score),
        "message": result.message,
        "virtual_seconds": result.virtual_seconds,
        "hint": result.hint,
        "visibility": result.visibility,
        "reveal": result.reveal,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "concept": finding.concept,
        "exercise": finding.exercise,
        "line": finding.line,
        **({"cell": finding.cell} if finding.cell else {}),
        "message": finding.message,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "code": evidence.code,
        "exercise": evidence.exercise,
        "line": evidence.line,
        **({"cell": evidence.cell} if evidence.cell else {}),
        "message": evidence.message,
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "system": origin.system,
        "keys": origin.keys,
        "submitted_at": origin.submitted_at,
        "late": origin.late,
        "attempt": origin.attempt,
    }


def to_json(value: dict[str, Any], indent: int | None = None) -> str:
    """Return something plain as JSON, its texts made fit for strict readers."""
    return json.dumps(_encodable(value), indent=indent, allow_nan=False)


def _encodable(value: Any) -> Any:
    match value:
        case str():
            return json_text(value)
        case dict():
            return {key: _encodable(item) for key, item in value.items()}
        case list():
            return [_encodable(item) for item in value]
        case Decimal():
            return json_number(value)
    return value
