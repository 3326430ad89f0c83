from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from lab import FILE, backend

from autograder.audit import Audit, Auditor
from autograder.catalogue import load_assignment
from autograder.jail.host import find_interpreter
from autograder.model import CONCEPTS, Assignment, Exercise, GradeOptions, Outcome, Submission, TestResult

__all__ = ["backend"]

ROOT = Path(__file__).resolve().parents[2]

Write = Callable[[str], Assignment]
Hear = Callable[..., Audit]


def made_row(exercise: str, concept: str, outcome: Outcome = Outcome.PASSED) -> TestResult:
    """A test's row, of which the audit only looks at these three."""
    return TestResult(
        name=f"test_{concept}",
        title="",
        exercise=exercise,
        concept=concept,
        outcome=outcome,
        score=Decimal(outcome is Outcome.PASSED),
        max_score=Decimal(1),
    )


@pytest.fixture
def row() -> Callable[..., TestResult]:
    """Return a function that makes the row of a test."""
    return made_row


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes an ``audit.py`` for an exercise of one file."""

    def write(scenarios: str) -> Assignment:
        (tmp_path / "audit.py").write_text(textwrap.dedent(scenarios))
        return Assignment(
            id="trial",
            title="Trial",
            folder=tmp_path,
            solutions=tmp_path,
            hidden_tests=tmp_path,
            exercises=(Exercise(id="1", title="One", file=FILE, points=Decimal(10)),),
        )

    return write


@pytest.fixture
def lecture() -> Assignment:
    return load_assignment(ROOT, "lecture21")


@pytest.fixture
def hear(backend: str) -> Hear:
    """Return a function that audits a submission whose tests of the given exercises and concepts have all passed."""

    def hear(
        assignment: Assignment,
        files: dict[str, str],
        rows: list[TestResult] | None = None,
        exercises: tuple[str, ...] | None = None,
        python: Path | None = None,
        seed: int = 1,
    ) -> Audit:
        ids = exercises or tuple(exercise.id for exercise in assignment.exercises)
        passed = [made_row(exercise, concept) for exercise in ids for concept in CONCEPTS]
        auditor = Auditor(
            assignment,
            assignment.hidden_tests,
            GradeOptions(seed=seed, audit="always"),
            backend,
            find_interpreter(python),
        )
        contents = {name: textwrap.dedent(text).encode() for name, text in files.items()}
        return auditor.audit(
            Submission(id="a", files=contents), passed if rows is None else rows, suspected=False
        )

    return hear
