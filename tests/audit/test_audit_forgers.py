"""The audit of lecture 21: forgers are heard, honest programs of every style are not accused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from forgers import FORGERS, Forger
from lab import OTHER_PYTHONS

from autograder.audit import Audit
from autograder.audit.run import CODE
from autograder.grading import run_suite
from autograder.model import Assignment, GradeOptions, Submission, SubmissionReport

RIGHT = Path(__file__).resolve().parents[1] / "submissions" / "lecture21" / "right"
ODD = (
    "as_completed_index",
    "lecture_as_shown",
    "other_clocks",
    "system_exit_none",
    "worker_threads",
)
"""Right programs that differ most from the solution: threads, other clocks, asyncio.run at import, and the like."""

Hear = Callable[..., Audit]


@pytest.mark.slow
@pytest.mark.parametrize("forger", FORGERS.values(), ids=FORGERS.keys())
def test_a_forger_is_heard(forger: Forger, lecture: Assignment, hear: Hear) -> None:
    file = lecture.exercise(forger.exercise).file

    audit = hear(lecture, {file: forger.source}, exercises=(forger.exercise,))

    said = "\n".join(each.message for each in audit.evidence)
    assert audit.notes == ()
    assert {(each.code, each.exercise, each.line) for each in audit.evidence} == {(CODE, forger.exercise, 0)}
    for words in forger.heard:
        assert words in said
    assert "busy machine" not in said


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_an_honest_program_is_not_accused(name: str, lecture: Assignment, hear: Hear) -> None:
    files = {path.name: path.read_text("utf-8") for path in (RIGHT / name).glob("*.py")}

    assert hear(lecture, files) == Audit()


@pytest.mark.slow
@pytest.mark.parametrize("python", [path for path in OTHER_PYTHONS if path.exists()], ids=str)
def test_the_solution_is_not_accused_in_any_python(python: Path, lecture: Assignment, hear: Hear) -> None:
    files = {path.name: path.read_text("utf-8") for path in lecture.solutions.glob("*.py")}

    assert hear(lecture, files, python=python) == Audit()


WRONG = (
    *("21.1/sequential_awaits", "21.1/delay_times_1_1", "21.1/results_in_completion_order"),
    *("21.2/swallowed_cancel", "21.2/cancels_nothing"),
    *("21.3/always_ten_rows", "21.3/fetch_rows_prints", "21.3/blocking_sleep_between_rows"),
)


@pytest.mark.slow
def test_who_lost_the_points_is_not_accused_of_fraud(lecture: Assignment) -> None:
    reports: dict[str, SubmissionReport] = {}
    submissions = []
    for name in WRONG:
        exercise = lecture.exercise(name.partition("/")[0])
        text = (RIGHT.parent / "wrong" / f"{name}.py").read_bytes()
        submissions.append(Submission(id=name, files={exercise.file: text}, exercises=(exercise.id,)))
    options = GradeOptions(seed=4, jail="bwrap", audit="always")

    run_suite(lecture, iter(submissions), lambda report: reports.update({report.id: report}), options)

    assert sorted(reports) == sorted(WRONG)
    assert all(report.score < report.max_score for report in reports.values())
    assert {report.id: report.evidence for report in reports.values() if report.evidence} == {}
