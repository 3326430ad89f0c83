"""Validations as one plain document, ``autograder-validation/1``: for programs, and for the page.

The same validations give the same document, apart from members whose name ends in ``_wall_seconds``. Members may be
added, never renamed or moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograder.scoring import json_number
from autograder.validation.report import Matrix, Step, Validation

FORMAT = "autograder-validation/1"


def to_document(validations: Sequence[Validation]) -> dict[str, Any]:
    """Return the document; its texts are not yet escaped."""
    return {
        "format": FORMAT,
        "holds": all(each.holds for each in validations),
        "assignments": [_assignment(each) for each in validations],
    }


def _assignment(validation: Validation) -> dict[str, Any]:
    return {
        "id": validation.assignment,
        "title": validation.title,
        "holds": validation.holds,
        "blocked": validation.blocked,
        "seed": validation.seed,
        "jail": validation.jail,
        "steps": [_step(step) for step in validation.steps],
        "exercises": [_matrix(matrix) for matrix in validation.matrices],
        "programs_graded": validation.programs,
        "validation_wall_seconds": round(validation.wall_seconds, 3),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "title": step.title,
        "state": step.state.value.replace(" ", "_"),
        "summary": step.summary,
        "remarks": [
            {
                "level": remark.level.value,
                "exercise": remark.exercise,
                "subject": remark.subject,
                "text": remark.text,
                "diff": remark.diff,
            }
            for remark in step.remarks
        ],
    }


def _matrix(matrix: Matrix) -> dict[str, Any]:
    return {
        "id": matrix.exercise,
        "title": matrix.title,
        "tests": [
            {
                "name": test.name,
                "title": test.title,
                "concept": test.concept,
                "max_score": json_number(test.points),
                "catches": test.catches,
                "catches_alone": test.alone,
                "needed_by": test.needed,
            }
            for test in matrix.tests
        ],
        "programs": [
            {
                "name": program.name,
                "kind": program.kind,
                "loses": list(program.loses),
                "caught_by": [matrix.tests[index].name for index in program.caught_by],
                "waived": program.waived,
            }
            for program in matrix.programs
        ],
    }
