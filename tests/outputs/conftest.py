import sys
from decimal import Decimal
from pathlib import Path

import pytest

from autograder.model import (
    Assignment,
    Exercise,
    ExerciseReport,
    Finding,
    Outcome,
    Status,
    SubmissionReport,
    TestResult,
)

sys.path.insert(0, str(Path(__file__).parent))  # for hostile.py


@pytest.fixture
def assignment():
    return Assignment(
        id="lecture",
        title="A lecture",
        folder=Path(),
        solutions=Path(),
        hidden_tests=Path(),
        exercises=tuple(
            Exercise(id=each, title=f"Exercise {each}", file=f"ex{each}.py", points=Decimal("5.0"))
            for each in ("1", "2")
        ),
    )


@pytest.fixture
def make_full_report():
    """Return a function that makes a report in which every text that may be somebody's is the given one."""
    from hostile import full_report

    return full_report


@pytest.fixture
def make_report():
    """Return a function that makes the report of one submission: one exercise, one test passed, one not."""

    def make(submission_id="alice", message="expected 3, got 4", reason="", wall_seconds=1.23456):
        failed = Outcome.GRADER_ERROR if reason else Outcome.FAILED
        rows = tuple(
            TestResult(
                name=f"test_{name}",
                title=f"It {name}.",
                exercise="1",
                concept="ordering",
                outcome=outcome,
                score=score,
                max_score=Decimal("2.5"),
                message=text,
                hint="Look again." if text else "",
                virtual_seconds=seconds,
            )
            for name, outcome, score, text, seconds in (
                ("runs", Outcome.PASSED, Decimal("2.5"), "", 1.0),
                ("ends", failed, Decimal(0), message, 0.25),
            )
        )
        finding = Finding(
            code="lost_task", concept="cleanup", exercise="1", line=14, message="A task got lost."
        )
        return SubmissionReport(
            id=submission_id,
            status=Status.NOT_GRADED if reason else Status.GRADED,
            score=Decimal(0) if reason else Decimal("2.5"),
            max_score=Decimal("5.0"),
            reason=reason,
            exercises=(
                ExerciseReport(
                    id="1", title="One", score=Decimal("2.50"), max_score=Decimal("5.0"), tests=rows
                ),
            ),
            findings=(finding,),
            notes=("main.py was taken for ex1.py",),
            wall_seconds=wall_seconds,
        )

    return make
