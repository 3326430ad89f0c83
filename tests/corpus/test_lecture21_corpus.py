"""The bundled submissions of lecture 21, graded for real: a wrong verdict on any of them is a fault of the suite.

A right submission gets full marks. A wrong one says in its first line which concepts it loses, ``# loses: ordering,
main``: on the tests of these it loses points, and on no others (``load`` stands for all, the file cannot be used).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.catalogue import load_assignment
from autograder.engines import grade_all
from autograder.intake import read_paths
from autograder.model import Assignment, GradeOptions, Outcome, Status, Submission, SubmissionReport

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "submissions" / "lecture21"
RIGHT = sorted(path for path in (CORPUS / "right").iterdir() if path.is_dir())
WRONG = sorted((CORPUS / "wrong").glob("*/*.py"))

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

Grade = Callable[..., dict[str, SubmissionReport]]


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return load_assignment(ROOT, "lecture21")


@pytest.fixture(scope="module")
def grade(assignment: Assignment) -> Grade:
    """Return a function that grades submissions and returns their reports by id."""

    def run(submissions: list[Submission], seed: int = 21) -> dict[str, SubmissionReport]:
        reports: dict[str, SubmissionReport] = {}
        grade_all(
            assignment, submissions, GradeOptions(seed=seed), 2, lambda one: reports.update({one.id: one})
        )
        return reports

    return run


@pytest.fixture(scope="module")
def put_in(assignment: Assignment) -> Callable[[Path, str], Submission]:
    """Return a function that puts one file in the place of an exercise's reference solution."""
    reference = {
        exercise.file: (assignment.solutions / exercise.file).read_bytes()
        for exercise in assignment.exercises
    }

    def make(path: Path, exercise_id: str) -> Submission:
        name = assignment.exercise(exercise_id).file
        return Submission(id=f"{exercise_id}/{path.stem}", files={**reference, name: path.read_bytes()})

    return make


@pytest.fixture(scope="module")
def right_reports(assignment: Assignment, grade: Grade) -> dict[str, SubmissionReport]:
    return grade(list(read_paths(RIGHT, assignment)))


@pytest.fixture(scope="module")
def wrong_reports(put_in: Callable[[Path, str], Submission], grade: Grade) -> dict[str, SubmissionReport]:
    return grade([put_in(path, path.parent.name) for path in WRONG])


def lost(report: SubmissionReport) -> list[str]:
    """Return the tests that a submission lost points on, with concept and message."""
    return [
        f"{test.exercise} {test.concept}: {test.name}: {test.message}"
        for exercise in report.exercises
        for test in exercise.tests
        if test.score < test.max_score
    ]


def test_corpus_is_as_large_as_promised() -> None:
    assert len(RIGHT) >= 25
    assert len(WRONG) >= 60
    assert {path.parent.name for path in WRONG} == {"21.1", "21.2", "21.3"}


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.name)
def test_right_submission_gets_full_marks(path: Path, right_reports: dict[str, SubmissionReport]) -> None:
    report = right_reports[path.name]

    assert lost(report) == []
    assert (report.status, report.score) == (Status.GRADED, 100)


@pytest.mark.parametrize("path", WRONG, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_wrong_submission_loses_on_its_concepts_only(
    path: Path, assignment: Assignment, wrong_reports: dict[str, SubmissionReport]
) -> None:
    exercise_id = path.parent.name
    report = wrong_reports[f"{exercise_id}/{path.stem}"]
    declared = path.read_bytes().splitlines()[0].decode().partition("loses:")[2]
    expected = {concept.strip() for concept in declared.split(",")}
    tests = {exercise.id: exercise.tests for exercise in report.exercises}
    if expected == {"load"}:
        expected = {test.concept for test in tests[exercise_id]}

    assert report.status is Status.GRADED, report.reason
    assert {line.split()[0] for line in lost(report)} == {exercise_id}
    assert {test.concept for test in tests[exercise_id] if test.score < test.max_score} == expected, lost(
        report
    )


def test_reference_gets_everything_and_the_skeleton_nothing(assignment: Assignment, grade: Grade) -> None:
    reports = grade(list(read_paths([assignment.solutions, assignment.folder], assignment)))
    by_score = sorted((report.score, report.status) for report in reports.values())

    assert by_score == [(0, Status.GRADED), (100, Status.GRADED)]
    assert all(
        test.outcome is not Outcome.PASSED
        for report in reports.values()
        if report.score == 0
        for exercise in report.exercises
        for test in exercise.tests
    )


def test_other_seeds_give_the_same_scores(
    assignment: Assignment,
    grade: Grade,
    put_in: Callable[[Path, str], Submission],
    wrong_reports: dict[str, SubmissionReport],
) -> None:
    some = WRONG[::9]
    for seed in (1, 2):
        reports = grade([put_in(path, path.parent.name) for path in some], seed=seed)
        for report in reports.values():
            assert report.score == wrong_reports[report.id].score, report.id
