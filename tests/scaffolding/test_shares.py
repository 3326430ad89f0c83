"""Points are divided exactly, whatever they are."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import UsageError
from autograder.scaffolding.shares import BLANKS, TESTS, read_points, share_out

LOST_WITH = {
    "blank_1": {"result", "output", "timing", "suspension"},
    "blank_2": {"result", "output", "timing", "suspension"},
    "blank_3": {"result", "output", "timing", "suspension"},
    "blank_4": {"result", "output", "timing", "suspension"},
    "blank_5": {"concurrency", "ordering", "main"},
}
"""Tests that cannot pass while the blank is open: `prepare` does not return, or `main` does not begin."""

POINTS = st.integers(100, 1_000_000).map(lambda hundredths: f"{hundredths / 100:.2f}")


@given(text=POINTS)
def test_blanks_and_tests_add_up_and_each_is_worth_something(text):
    points = read_points(text)
    shares = share_out(points)
    blanks = {name: Decimal(shares[name].split()[0]) for name in BLANKS}
    tests = {name: Decimal(shares[name]) for name in TESTS}

    assert sum(blanks.values()) == sum(tests.values()) == points
    assert min(*blanks.values(), *tests.values()) > 0


@given(text=POINTS)
def test_an_open_blank_costs_at_least_what_it_says(text):
    shares = share_out(read_points(text))

    for blank, lost in LOST_WITH.items():
        assert sum(Decimal(shares[name]) for name in lost) >= Decimal(shares[blank].split()[0])


@pytest.mark.parametrize("points", [10, 13, 35, 100])
def test_whole_points_stay_whole(points):
    assert not any("." in share for share in share_out(read_points(str(points))).values())


@pytest.mark.parametrize("text", ["10", "10.0", "10.00", " 10 "])
def test_points_are_written_without_zeros_at_the_end(text):
    assert str(read_points(text)) == "10"
    assert str(read_points("7.50")) == "7.5"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0.99",
        "-5",
        "10.005",
        "10001",
        "1e3",
        "nan",
        "inf",
        "ten",
        "1_0",
        "٣",
        ".5",
        "5.",
        "9" * 5000,
    ],
)
def test_other_points_are_refused(text):
    with pytest.raises(UsageError, match=r"--points .* from 1 to 10,000 with at most two decimals"):
        read_points(text)
