"""Hostile programs, graded for real in every jail that this machine has: they gain nothing, and harm nobody.

Each setting is one run of ``autograder grade`` over a class of all of them and three honest neighbours, watched from
outside. ``harness`` has the parts; what a program may get stands in its own first lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from harness import beside
from harness.grading import CPU_SECONDS, MEMORY_MB, NEIGHBOURS, WALL_SECONDS, Seen, course
from harness.samples import Sample, read_samples
from harness.settings import SETTINGS

SAMPLES = read_samples()
BY_SETTING = {
    setting: [sample for sample in SAMPLES if sample.group in setting.groups] for setting in SETTINGS
}
QUICK = (
    *("forges_an_answer", "reads_the_kernels_tables", "runs_other_programs", "endless_loop_at_import"),
    *("memory_by_growth", "prints_control_characters"),
)

FULL_MARKS = 103
_STUCK_TESTS = 8
_SLACK_SECONDS = 3.0
_MOST_SECONDS = _STUCK_TESTS * WALL_SECONDS + _SLACK_SECONDS
_MOST_MB = MEMORY_MB + 32
_DOES_THINGS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module", params=SETTINGS, ids=lambda setting: setting.name)
def everybody(request: pytest.FixtureRequest) -> Iterator[tuple[Seen, Seen]]:
    """Grade all samples in one setting, and the honest neighbours alone."""
    missing = request.param.why_not_here()
    if missing:
        pytest.skip(missing)
    with course(request.param) as made:
        alone = made.grade([])
        yield made.grade(BY_SETTING[request.param]), alone


@pytest.fixture
def seen(everybody: tuple[Seen, Seen]) -> Seen:
    return everybody[0]


@pytest.fixture
def alone(everybody: tuple[Seen, Seen]) -> Seen:
    return everybody[1]


def without_wall_times(report: Any) -> Any:
    """Return a report, or a part of one, without what differs from run to run."""
    if isinstance(report, dict):
        return {
            key: without_wall_times(value)
            for key, value in report.items()
            if not key.endswith("_wall_seconds")
        }
    return [without_wall_times(each) for each in report] if isinstance(report, list) else report


def rows_of(report: dict[str, Any], exercise: str) -> list[dict[str, Any]]:
    return [test for each in report["exercises"] if each["id"] == exercise for test in each["tests"]]


def check_sample(sample: Sample, seen: Seen) -> None:
    """Compare what became of a hostile program with what it says in its first lines."""
    report = seen.submissions[sample.id]
    tests = rows_of(report, sample.exercise)
    points = sum(Decimal(str(test["score"] or 0)) for test in tests)
    lost = {test["name"]: (test["outcome"], test["message"]) for test in tests if test["outcome"] != "passed"}
    anything_goes = not seen.setting.walls and sample.group in ("read", "escape")

    assert report["status"] == "graded", report.get("reason")
    assert "grader_error" not in {outcome for outcome, _ in lost.values()}, lost
    assert points == sum(test["max_score"] for test in tests if test["outcome"] == "passed")
    if sample.most is not None:
        assert points <= sample.most, f"it got {points} points; lost: {lost}"
        assert anything_goes or {outcome for outcome, _ in lost.values()} <= sample.outcomes, lost
    else:
        assert anything_goes or not lost
    for words in sample.says:
        assert anything_goes or any(words in message for _, message in lost.values()), lost
    for message in (message for _, message in lost.values()):
        assert len(message) < 2_100
        assert not _DOES_THINGS.search(message), ascii(message)
        assert "Traceback" not in message


each_sample_in_each_setting = pytest.mark.parametrize(
    ("everybody", "sample"),
    [
        pytest.param(setting, sample, id=f"{setting.name}-{sample.group}-{sample.name}")
        for setting, samples in BY_SETTING.items()
        for sample in samples
    ],
    indirect=["everybody"],
    scope="module",
)


@pytest.mark.slow
@each_sample_in_each_setting
def test_hostile_program_gains_nothing(sample: Sample, seen: Seen) -> None:
    check_sample(sample, seen)


@pytest.mark.slow
@each_sample_in_each_setting
def test_exercise_beside_a_hostile_one_is_graded_as_ever(sample: Sample, seen: Seen, alone: Seen) -> None:
    report = seen.submissions[sample.id]
    honest = alone.submissions[next(iter(NEIGHBOURS))]

    rows = rows_of(report, beside.EXERCISE)
    assert [test["outcome"] for test in rows] == ["passed"] * 3, rows
    assert rows == rows_of(honest, beside.EXERCISE)


@pytest.mark.slow
def test_run_ends_well(seen: Seen) -> None:
    assert seen.exit == 0, seen.output["stderr"].decode()[-2000:]
    assert seen.submissions.keys() == {s.id for s in BY_SETTING[seen.setting]} | NEIGHBOURS.keys()


@pytest.mark.slow
def test_honest_neighbours_are_graded_as_if_they_were_alone(seen: Seen, alone: Seen) -> None:
    for name in NEIGHBOURS:
        assert seen.submissions[name]["score"] == FULL_MARKS
        assert without_wall_times(seen.submissions[name]) == without_wall_times(alone.submissions[name])


def check_surroundings(seen: Seen) -> None:
    """Look at what the run shows, and at what it left behind."""
    shown = {name: seen.canaries.found_in(content) for name, content in seen.output.items()}

    assert seen.left_running == ()
    if seen.setting.jail != "bwrap":  # whose own two die with the namespace, and count against nobody
        assert seen.orphans == 0
    assert seen.largest_kb < _MOST_MB * 1024
    if seen.setting.walls:
        assert {name: places for name, places in shown.items() if places} == {}
        assert seen.canaries.reached == []
        assert seen.left_lying == ()
    for name, content in seen.output.items():
        assert not _DOES_THINGS.search(content.decode().replace("\r\n", "\n")), name


@pytest.mark.slow
def test_nothing_is_read_reached_or_left_behind(seen: Seen) -> None:
    check_surroundings(seen)


@pytest.mark.slow
def test_no_program_takes_more_time_than_its_limits_allow(seen: Seen) -> None:
    seconds = {name: report["grading_wall_seconds"] for name, report in seen.submissions.items()}

    assert {name: taken for name, taken in seconds.items() if taken > _MOST_SECONDS} == {}
    assert seen.cpu_seconds < len(seconds) * (CPU_SECONDS + 1)


def test_a_few_hostile_programs_gain_nothing_in_the_jail_of_this_machine() -> None:
    some = [sample for sample in SAMPLES if sample.name in QUICK]
    with course(SETTINGS[0]) as made:
        seen = made.grade(some)

    assert len(some) == len(QUICK)
    assert seen.exit == 0, seen.output["stderr"].decode()[-2000:]
    for sample in some:
        check_sample(sample, seen)
    assert {seen.submissions[name]["score"] for name in NEIGHBOURS} == {FULL_MARKS}
    check_surroundings(seen)


def test_corpus_is_as_large_as_promised() -> None:
    assert len(SAMPLES) >= 80
    assert len(
        {sample.named for sample in SAMPLES} | {sample.name for sample in SAMPLES} | NEIGHBOURS.keys()
    ) >= len(SAMPLES) + len(NEIGHBOURS)
    assert all(sample.tries for sample in SAMPLES)
