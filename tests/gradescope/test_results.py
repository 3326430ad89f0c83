"""What Gradescope gets: raw results in the rows, lateness in the total, and never a zero for a fault of ours."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from boxes import SAMPLES, points_of
from freezegun import freeze_time

from autograder.gradescope import results as make
from autograder.gradescope.allowance import allowance
from autograder.gradescope.metadata import Metadata, Previous, parse_metadata, read_metadata
from autograder.gradescope.schema import complaints
from autograder.model import (
    Assignment,
    Exercise,
    ExerciseReport,
    GradescopeSettings,
    LatePolicy,
    Outcome,
    Status,
    SubmissionReport,
    TestResult,
)

DUE = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
POLICY = LatePolicy(percent=Decimal(10), grace_minutes=15, slip=1, cut_off=5)


def assignment(late=POLICY, **settings):
    exercises = tuple(
        Exercise(id=name, title=name, file=f"{name}.py", points=Decimal(5)) for name in ("a", "b")
    )
    return Assignment(
        id="two",
        title="Two",
        folder=Path(),
        solutions=Path(),
        hidden_tests=Path(),
        exercises=exercises,
        late=late,
        gradescope=GradescopeSettings(**settings),
    )


def report(visibility="visible", status=Status.GRADED, score="4.5", exercises=("a", "b")):
    rows = {
        name: TestResult(
            name=f"test_{name}",
            title=f"It does {name}.",
            exercise=name,
            concept="result",
            outcome=Outcome.FAILED,
            score=Decimal(score),
            max_score=Decimal(5),
            message="<b>no</b>\x1b[31m",
            visibility=visibility,
        )
        for name in exercises
    }
    return SubmissionReport(
        id="submission",
        status=status,
        score=sum((row.score for row in rows.values()), Decimal(0)),
        max_score=Decimal(10),
        reason="" if status is Status.GRADED else "test_a: the suite is broken",
        exercises=tuple(
            ExerciseReport(id=name, title=name, score=row.score, max_score=row.max_score, tests=(row,))
            for name, row in rows.items()
        ),
    )


def metadata(after=timedelta(0), **changes):
    return Metadata(submission_id="1", created_at=DUE + after, due=DUE, **changes)


def graded(after=timedelta(0), late=POLICY, **settings):
    known = metadata(after)
    visibility = settings.pop("visibility", "visible")
    results = make.graded(report(visibility), assignment(late, **settings), known, allowance(known, None))
    assert complaints(json.dumps(results)) == []
    return results


@pytest.mark.parametrize(
    ("after", "score", "penalty"),
    [
        (timedelta(minutes=15), 9, "0"),
        (timedelta(hours=20), 9, "0"),
        (timedelta(hours=30), 8, "1"),
        (timedelta(days=3), 7, "2"),
        (timedelta(days=6), 0, "9"),
    ],
)
def test_lateness_is_taken_off_the_total_and_rows_stay_raw(after, score, penalty):
    results = graded(after)

    assert results["score"] == score
    assert points_of(results) == {"test_a": 4.5, "test_b": 4.5}
    kept = results["extra_data"]
    assert (kept["raw_score"], kept["late_penalty"], kept["final_score"]) == ("9", penalty, str(score))


def test_the_student_is_told_what_lateness_costs():
    assert graded()["output"].splitlines()[0] == "9 of 10 points."
    assert graded(timedelta(hours=30))["output"].splitlines()[0] == (
        "Handed in 1 day 6 hours after the due date: 2 days begun, 1 of them at no cost. "
        "Up to 1 of 10 points are taken off for that."
    )
    assert "no points for it" in graded(timedelta(days=9))["output"]


def test_the_total_is_not_told_while_a_test_is_hidden():
    output = graded(timedelta(hours=30), visibility="after_published")["output"]

    assert "taken off" in output
    assert "8" not in output
    assert "9" not in output


def test_without_a_policy_there_is_no_word_of_lateness():
    results = graded(timedelta(days=90), late=None)

    assert results["score"] == 9
    assert "late_penalty" not in results["extra_data"]
    assert "due" not in results["output"]


def test_a_moment_that_is_unknown_costs_nothing_and_is_told():
    unknown = Metadata(due=DUE)
    results = make.graded(report(), assignment(), unknown, allowance(unknown, None))

    assert results["score"] == 9
    assert "could not be told" in results["output"]


@pytest.mark.parametrize("machine", ["2001-01-01", "2026-03-01 23:00", "2077-07-07"])
def test_the_clock_of_the_machine_changes_nothing(machine):
    with freeze_time(machine):
        frozen = graded(timedelta(hours=30))

    assert frozen == graded(timedelta(hours=30))


def test_an_extension_of_one_member_saves_the_group():
    known = read_metadata(SAMPLES / "submission_metadata_group_extension.json")

    assert make.graded(report(), assignment(), known, allowance(known, None))["score"] == 9


def test_the_leaderboard_is_a_setting():
    assert "leaderboard" not in graded()
    assert graded(leaderboard=True)["leaderboard"] == [{"name": "Points of the visible tests", "value": 9}]


def before(**extra):
    results = {"score": 6, "output": "6 of 10 points.", "tests": [{"name": "t", "tags": None}], **extra}
    return (Previous(submitted=DUE - timedelta(hours=1), failed=False, results=results),)


def exceeded(previous):
    known = metadata(previous=previous)
    given = make.over_limit(assignment(submissions_per_day=1), allowance(known, 1))
    assert complaints(json.dumps(given)) == []
    return given


def test_one_too_many_gives_the_earlier_results_again_with_a_word_on_top():
    given = exceeded(before())

    assert (given["score"], given["tests"]) == (6, [{"name": "t"}])
    assert given["output"].startswith("This submission was not graded: 1 within 24 hours are, and 1 were.")
    assert "from 2026-03-02 22:00 UTC on" in given["output"]
    assert given["output"].endswith("\n\n6 of 10 points.")


ODD = {
    "score": "7.0",
    "execution_time": None,
    "output": None,
    "output_format": "pdf",
    "tests": [
        {"name": None, "score": "7.0", "max_score": None, "tags": [None, "x"], "number": 1, "secret": 5},
        None,
        {"score": "many", "status": "passed", "visibility": ["x"], "extra_data": 7},
    ],
    "leaderboard": [{"name": "a", "value": "3"}, {"name": "b"}, 4],
    "extra_data": {"graded": True},
    "unknown": 1,
}


def test_earlier_results_in_odd_form_are_given_again_in_the_right_one():
    before = {"submission_time": "2026-03-01T22:00:00Z", "score": "7.0", "results": ODD}
    document = {"created_at": "2026-03-01T23:00:00Z", "previous_submissions": [before]}
    known = parse_metadata(document)
    results = make.over_limit(assignment(submissions_per_day=1), allowance(known, 1))

    assert complaints(json.dumps(results)) == []
    assert (results["score"], results["tests"][0]["score"], results["tests"][0]["tags"]) == (7, 7, ["x"])
    assert results["leaderboard"] == [{"name": "a", "value": 3}]


def test_the_word_on_top_does_not_pile_up():
    once = exceeded(before())
    again = exceeded((Previous(submitted=DUE - timedelta(hours=1), failed=False, results=once),))

    assert again["output"].count("not graded") == 1
    assert again["output"].endswith("\n\n6 of 10 points.")


def test_a_failure_of_ours_gives_no_points_and_no_zero():
    known = metadata()
    not_graded = make.graded(report(status=Status.NOT_GRADED), assignment(), known, allowance(known, None))
    for results in (not_graded, make.failed("broken", "two"), make.fallback("two")):
        assert complaints(json.dumps(results)) == []
        assert "score" not in results
        assert set(points_of(results).values()) == {None}
        assert "no points" in results["output"]
    hidden = [test for test in not_graded["tests"] if "test_a" in test["output"]]
    assert [test["visibility"] for test in hidden] == ["hidden"]


def test_after_a_failure_of_ours_the_earlier_results_stand():
    left = allowance(metadata(previous=before()), None)

    for results in (
        make.failed("broken", "two", left),
        make.graded(report(status=Status.NOT_GRADED), assignment(), metadata(), left),
        make.out_of_time(report(exercises=("a",)), assignment(), left, 540),
    ):
        assert complaints(json.dumps(results)) == []
        assert results["score"] == 6
        assert "stand" in results["output"]


def test_what_was_graded_before_the_time_was_up_is_shown_without_points():
    known = metadata()
    results = make.out_of_time(report(exercises=("a",)), assignment(), allowance(known, None), 540)

    assert complaints(json.dumps(results)) == []
    assert "score" not in results
    assert set(points_of(results).values()) == {None}
    assert results["tests"][0]["name"] == "test_a"
    assert "540 s" in results["output"]
    assert "Not graded: b." in results["output"]


def test_nothing_of_what_a_student_wrote_does_anything():
    output = graded()["tests"][0]["output"]

    assert "\x1b" not in output
    assert "\\x1b" in output
