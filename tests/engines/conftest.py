import sys
from decimal import Decimal
from pathlib import Path

import pytest

from autograder.model import Assignment, Exercise, GradeOptions, Submission, SubmissionReport

DOUBLE = (sys.executable, str(Path(__file__).with_name("double.py")))


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    return Assignment(
        id="one",
        title="One exercise",
        folder=tmp_path,
        solutions=tmp_path,
        hidden_tests=tmp_path,
        exercises=(Exercise(id="1", title="Size", file="one.py", points=Decimal(10)),),
    )


@pytest.fixture
def grade(assignment):
    """Return a function that grades submissions with the double and returns their reports by id."""
    from autograder.engines import grade_all

    def run(
        *submissions: Submission, jobs=2, command=DOUBLE, guard_seconds=30.0
    ) -> dict[str, SubmissionReport]:
        reports: dict[str, SubmissionReport] = {}

        def take(report: SubmissionReport) -> None:
            assert report.id not in reports
            reports[report.id] = report

        options = GradeOptions(seed=7)
        grade_all(assignment, submissions, options, jobs, take, command=command, guard_seconds=guard_seconds)
        return reports

    return run
