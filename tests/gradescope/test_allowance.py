"""So many submissions within 24 hours are graded, told by when they were handed in and by nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from freezegun import freeze_time

from autograder.gradescope.allowance import COUNTED, WINDOW, allowance
from autograder.gradescope.metadata import Metadata, Previous

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SCORED = {"score": 5, "extra_data": {"graded": True}}


def previous(hours, *, results=None, failed=False):
    return Previous(submitted=NOW - timedelta(hours=hours), failed=failed, results=results)


def left(*before, limit=2):
    return allowance(Metadata(created_at=NOW, previous=before), limit)


def test_what_was_handed_in_within_24_hours_counts():
    assert not left(previous(1, results=SCORED)).exceeded
    assert left(previous(2), previous(1, results=SCORED)).exceeded
    assert not left(previous(30), previous(1, results=SCORED)).exceeded


@pytest.mark.parametrize(("hours", "exceeded"), [(24, False), (23.999, True), (0, True)])
def test_the_24_hours_end_to_the_second(hours, exceeded):
    assert left(previous(hours, results=SCORED), limit=1).exceeded is exceeded


def test_without_a_limit_or_a_moment_nothing_is_exceeded():
    many = [previous(hours, results=SCORED) for hours in (5, 4, 3, 2, 1)]

    assert not left(*many, limit=None).exceeded
    assert not allowance(Metadata(previous=tuple(many)), 1).exceeded


def test_failures_of_the_grader_do_not_count():
    ours = {"tests": [{"status": "failed"}], "extra_data": {"graded": False, COUNTED: []}}

    assert not left(previous(2, failed=True), previous(1, results=SCORED)).exceeded
    assert not left(
        previous(3, results=SCORED), previous(2, results=ours), previous(1, results=ours)
    ).exceeded


def test_what_was_not_graded_for_the_limit_does_not_count_for_the_next():
    """Three graded, then two that were one too many: each of those gave the results of the third again."""
    first = (NOW - timedelta(hours=23)).isoformat()
    again = {**SCORED, "extra_data": {COUNTED: [first]}}

    assert not left(previous(23), previous(2, results=again), previous(1, results=again)).exceeded
    assert left(previous(1, results=again), limit=1).free_again() == NOW + timedelta(hours=1)


def test_results_without_a_score_are_not_kept():
    ours = {"tests": [{"status": "failed"}], "extra_data": {"graded": False}}

    assert left(previous(2, results=SCORED), previous(1, results=ours)).kept == SCORED
    assert left(previous(1, results=ours)).kept is None
    assert not left(previous(2), previous(1)).exceeded  # nothing could be given again, so it is graded


def test_a_zero_that_gradescope_writes_for_lack_of_time_is_not_kept():
    slow = {"score": 0, "output": "Your submission timed out.", "execution_time": 600.0}

    assert left(previous(2, results=SCORED), previous(1, results=slow)).kept == SCORED
    assert left(previous(1, results=slow)).kept is None
    assert left(previous(2, results=SCORED), previous(1, results=SCORED, failed=True)).kept == SCORED


def test_what_is_still_being_graded_counts():
    graded = {**SCORED, "extra_data": {COUNTED: [(NOW - timedelta(hours=3)).isoformat()]}}

    assert left(previous(3, results=graded), previous(1), limit=2).exceeded
    assert not left(previous(3, results=graded), previous(1, failed=True), limit=2).exceeded


def test_the_first_moment_that_there_is_can_be_told():
    first = datetime(1, 1, 1, tzinfo=UTC)

    assert allowance(Metadata(created_at=first), 1).counted == ()


def test_what_is_written_down_is_read_again():
    graded = left(previous(1))
    written = graded.with_this(Metadata(created_at=NOW))
    later = NOW + timedelta(hours=1)
    before = Previous(submitted=NOW, failed=False, results={"score": 1, "extra_data": {COUNTED: written}})
    following = allowance(Metadata(created_at=later, previous=(before,)), 3)

    assert following.counted == (NOW - timedelta(hours=1), NOW)
    assert following.free_again() == NOW - timedelta(hours=1) + WINDOW


@pytest.mark.parametrize("written", ["x", {}, [None, 7, "never"], None])
def test_a_record_of_another_form_is_no_obstacle(written):
    results = {"score": 1, "tests": "none", "extra_data": {COUNTED: written}}

    assert left(previous(1, results=results), limit=9).exceeded is False


@pytest.mark.parametrize("machine", ["1999-01-01", "2026-03-02 12:00", "2040-06-01"])
def test_the_clock_of_the_machine_changes_nothing(machine):
    with freeze_time(machine):
        assert left(previous(2), previous(1, results=SCORED)).exceeded
