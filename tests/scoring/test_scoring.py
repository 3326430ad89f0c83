"""Exact sums, a floor of zero, and no zero for what is our own fault."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.model import Assignment, Exercise, Outcome, Status, TestResult
from autograder.scoring import json_number, score_submission

ASSIGNMENT = Assignment(
    id="two",
    title="Two",
    folder=Path(),
    solutions=Path(),
    hidden_tests=Path(),
    exercises=(
        Exercise(id="1", title="One", file="one.py", points=Decimal("1.0")),
        Exercise(id="2", title="Two", file="two.py", points=Decimal(2)),
    ),
)


def row(exercise="1", score="1", maximum="1", outcome=Outcome.PASSED, message=""):
    return TestResult(
        name=f"test_{exercise}",
        title="It works.",
        exercise=exercise,
        concept="result",
        outcome=outcome,
        score=Decimal(score),
        max_score=Decimal(maximum),
        message=message,
    )


def test_sums_are_exact():
    rows = [row(score="0.1", maximum="0.1") for _ in range(10)] + [row("2", "0.5", "2", Outcome.FAILED)]

    report = score_submission(ASSIGNMENT, "alice", rows, notes=["a note"], wall_seconds=1.5)

    assert (report.status, report.score, report.max_score) == (Status.GRADED, Decimal("1.5"), Decimal(3))
    assert [(part.id, part.score, part.max_score) for part in report.exercises] == [
        ("1", 1, 1),
        ("2", Decimal("0.5"), 2),
    ]
    assert [len(part.tests) for part in report.exercises] == [10, 1]
    assert (report.notes, report.wall_seconds, report.reason) == (("a note",), 1.5, "")


def test_only_the_chosen_exercises_count():
    report = score_submission(ASSIGNMENT, "alice", [row()], exercises=["1"])

    assert (report.score, report.max_score, [part.id for part in report.exercises]) == (1, 1, ["1"])


def test_no_exercise_goes_below_zero_or_above_its_maximum():
    rows = [row(score="-5"), row("2", "99", "2")]

    report = score_submission(ASSIGNMENT, "alice", rows)

    assert [part.score for part in report.exercises] == [0, 2]


def test_error_of_the_grader_holds_the_grade_back():
    rows = [row(score="0", outcome=Outcome.GRADER_ERROR, message="no jail"), row("2", "2", "2")]

    report = score_submission(ASSIGNMENT, "alice", rows)

    assert (report.status, report.reason) == (Status.NOT_GRADED, "test_1: no jail")
    assert [part.score for part in report.exercises] == [0, 2]


def test_reason_holds_the_grade_back():
    report = score_submission(ASSIGNMENT, "alice", [], reason="bob.zip is damaged")

    assert (report.status, report.reason, report.max_score) == (Status.NOT_GRADED, "bob.zip is damaged", 3)


@pytest.mark.parametrize("rows", [[], [row()], [row(), row("2", "2", "2.5")]])
def test_rows_that_do_not_add_up_are_never_a_grade(rows):
    report = score_submission(ASSIGNMENT, "alice", rows)

    assert report.status is Status.NOT_GRADED
    assert "make the two agree" in report.reason


@pytest.mark.parametrize(
    ("points", "expected"),
    [("30", 30), ("30.00", 30), ("0", 0), ("91.5", 91.5), ("0.1", 0.1), ("33.335", 33.34)],
)
def test_points_as_json_numbers(points, expected):
    number = json_number(Decimal(points))

    assert number == expected
    assert type(number) is type(expected)


@given(st.decimals(0, 10**6, places=2))
def test_json_numbers_are_exact_to_the_cent(points):
    assert Decimal(str(json_number(points))) == points
