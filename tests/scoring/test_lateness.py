"""Lateness is told by the two moments alone, exactly, whatever clocks, offsets and daylight saving say."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from autograder.lateness import apply, latest, measure, parse_moment, points_off
from autograder.model import LatePolicy

DUE = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
TEN_A_DAY = LatePolicy(percent=Decimal(10))
BERLIN = ZoneInfo("Europe/Berlin")


def units(after: timedelta, policy: LatePolicy = TEN_A_DAY) -> int:
    return measure(DUE + after, DUE, policy).units


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(days=-3), 0),
        (timedelta(0), 0),
        (timedelta(microseconds=1), 1),
        (timedelta(hours=24), 1),
        (timedelta(hours=24, microseconds=1), 2),
        (timedelta(days=400), 400),
    ],
)
def test_a_day_counts_as_soon_as_it_has_begun(after, expected):
    assert units(after) == expected


@pytest.mark.parametrize(("after", "expected"), [(60, 0), (300, 0), (301, 1), (300 + 3600, 1), (3901, 2)])
def test_grace_comes_before_the_first_unit(after, expected):
    policy = LatePolicy(unit="hour", grace_minutes=5)

    assert units(timedelta(seconds=after), policy) == expected


def test_without_a_due_date_nothing_is_late():
    assert measure(DUE, None, TEN_A_DAY).units == 0


def test_slip_units_are_used_first_and_cost_nothing():
    policy = LatePolicy(percent=Decimal(10), slip=2)
    late = measure(DUE + timedelta(days=3), DUE, policy)

    assert (late.units, late.slipped, late.charged) == (3, 2, 1)
    assert apply(Decimal(90), Decimal(100), late, policy).final == 80
    assert measure(DUE + timedelta(days=1), DUE, policy).charged == 0


def test_percent_is_of_the_points_possible_and_exact():
    policy = LatePolicy(unit="hour", percent=Decimal("0.5"))
    score = apply(Decimal("0.3"), Decimal("0.7"), measure(DUE + timedelta(minutes=61), DUE, policy), policy)

    assert (score.raw, score.penalty, score.final) == (Decimal("0.3"), Decimal("0.007"), Decimal("0.293"))


def test_cap_is_the_most_that_is_taken_off():
    policy = LatePolicy(percent=Decimal(10), cap_percent=Decimal(25))
    late = measure(DUE + timedelta(days=9), DUE, policy)

    assert points_off(Decimal(50), late, policy) == Decimal("12.5")
    assert apply(Decimal(50), Decimal(50), late, policy).final == Decimal("37.5")


def test_nothing_falls_below_zero():
    score = apply(Decimal(5), Decimal(100), measure(DUE + timedelta(days=1), DUE, TEN_A_DAY), TEN_A_DAY)

    assert (score.raw, score.penalty, score.final) == (5, 5, 0)


@pytest.mark.parametrize(("days", "final"), [(3, 70), (3.1, 0)])
def test_after_the_cut_off_nothing_counts(days, final):
    policy = LatePolicy(percent=Decimal(10), cut_off=3)
    late = measure(DUE + timedelta(days=days), DUE, policy)

    assert apply(Decimal(100), Decimal(100), late, policy).final == final


def test_offsets_do_not_matter():
    west = timezone(timedelta(hours=-8))

    assert measure(DUE.astimezone(west), DUE, TEN_A_DAY).units == 0
    assert parse_moment("2026-03-01T15:00:00.000000-08:00") == DUE == parse_moment("2026-03-01T23:00:00Z")


def test_a_day_is_24_hours_also_when_the_clocks_are_changed():
    """The night to 29 March 2026 has 23 hours in Berlin, the one to 25 October has 25."""
    spring = datetime(2026, 3, 28, 12, 0, tzinfo=BERLIN)
    autumn = datetime(2026, 10, 24, 12, 0, tzinfo=BERLIN)
    next_noon = timedelta(days=1)  # on the wall clock of the same zone

    assert measure(spring + next_noon, spring, TEN_A_DAY).after_due == timedelta(hours=23)
    assert measure(autumn + next_noon, autumn, TEN_A_DAY).after_due == timedelta(hours=25)
    assert measure(autumn + next_noon, autumn, TEN_A_DAY).units == 2


def test_the_hour_that_comes_twice_is_told_apart():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=0)
    second = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    hourly = LatePolicy(unit="hour")

    assert measure(second, first, hourly).units == 1
    assert latest([first, None, second]) == second.astimezone(UTC)


@pytest.mark.parametrize("now", ["1999-12-31", "2026-03-02 12:00:00", "2099-01-01"])
def test_the_clock_of_the_machine_changes_nothing(now):
    with freeze_time(now):
        late = measure(DUE + timedelta(hours=30), DUE, TEN_A_DAY)

    assert late.units == 2


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-03-01T23:00:00", "2026-13-01T00:00:00Z", None, 1, "0001-01-01T00:00:00+14:00"],
)
def test_what_is_no_moment_is_none(text):
    assert parse_moment(text) is None


def test_a_moment_without_an_offset_is_refused():
    with pytest.raises(ValueError, match="offset"):
        measure(datetime(2026, 3, 1), DUE, TEN_A_DAY)


points = st.decimals(min_value=0, max_value=1000, places=2)


@given(
    raw=points,
    possible=points,
    percent=st.decimals(min_value=0, max_value=100, places=2),
    slip=st.integers(0, 5),
    cap=st.integers(0, 100),
    cut_off=st.none() | st.integers(5, 9),
    hours=st.integers(-10, 300),
)
def test_raw_is_always_penalty_and_final(raw, possible, percent, slip, cap, cut_off, hours):
    policy = LatePolicy(percent=percent, slip=slip, cap_percent=Decimal(cap), cut_off=cut_off)
    late = measure(DUE + timedelta(hours=hours), DUE, policy)
    score = apply(raw, possible, late, policy)

    assert score.raw == raw == score.penalty + score.final
    assert 0 <= score.final <= raw
    if hours <= 0:
        assert score.final == raw
    if not late.cut_off:
        assert score.penalty <= possible * cap / 100
