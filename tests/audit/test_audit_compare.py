"""What was heard against what must come: which differences tell something, and which a busy machine explains."""

from __future__ import annotations

import pytest

from autograder.audit import Moment, Scenario, took
from autograder.audit.compare import Disagreement, compare
from autograder.jail.host.audit import Heard

FETCHES = Scenario(
    moments=(
        Moment(0, "start a", "start b", any_order=True),
        Moment(0.05, "end b"),
        Moment(0.1, "end a", "result of a", "result of b"),
    ),
    one_by_one=0.15,
)
HONEST = ((0.002, "start a"), (0.002, "start b"), (0.051, "end b"), (0.102, "end a"))
RESULTS = ((0.102, "result of a"), (0.102, "result of b"))


def judge(
    *lines: tuple[float, str], scenario: Scenario = FETCHES, ended: bool = True, unsteady: float = 0.0
) -> Disagreement | None:
    return compare(scenario, Heard(lines=lines, ended=ended), unsteady)


def wrong(*lines: tuple[float, str], **how: object) -> Disagreement:
    found = judge(*lines, **how)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_an_honest_program_agrees() -> None:
    assert judge(*HONEST, *RESULTS) is None


def test_what_begins_at_the_same_time_may_begin_in_any_order_and_slowly() -> None:
    assert judge((0.002, "start b"), (0.06, "start a"), *HONEST[2:], *RESULTS) is None


def test_equal_lines_of_one_moment_are_counted() -> None:
    scenario = Scenario(moments=(Moment(0, "x", "x", "y", any_order=True),))

    assert judge((0, "x"), (0, "y"), (0, "x"), scenario=scenario) is None
    assert wrong((0, "x"), (0, "y"), (0, "y"), scenario=scenario).text.startswith("line 3")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((*HONEST, RESULTS[0]), "'result of b' never came, it was due after 0.10 s"),
        ((), "'start a' never came, it was due after 0.00 s; no line came at all"),
        ((*HONEST, *RESULTS, (0.2, "more")), "a line that nothing asks for, 'more', after 0.20 s"),
        ((*HONEST[:2], (0.051, "End b")), "line 3, after 0.05 s, should be 'end b' and is 'End b'"),
        ((*HONEST, *RESULTS[::-1]), "all lines came, but in another order"),
        (
            ((0, "start a"), (0.1, "end a"), (0.1, "start b"), (0.15, "end b"), *RESULTS),
            "should be 'start b' and is 'end a'",
        ),
    ],
)
def test_lines_that_are_missing_wrong_or_out_of_order_are_strong(
    lines: tuple[tuple[float, str], ...], said: str
) -> None:
    found = wrong(*lines)

    assert said in found.text
    assert found.strong


def test_a_line_before_its_time_is_strong_however_badly_the_machine_keeps_time() -> None:
    found = wrong(*HONEST[:2], (0.004, "end b"), *HONEST[3:], *RESULTS, unsteady=5.0)

    assert "'end b' came after 0.00 s, but cannot come before 0.05 s" in found.text
    assert found.strong


def test_all_lines_in_one_burst_are_strong_even_if_the_burst_comes_late() -> None:
    found = wrong(*((0.3, text) for _, text in (*HONEST, *RESULTS)), ended=True)

    assert "came 0.00 s after 'start a'" in found.text
    assert found.strong


def test_a_late_line_alone_is_mild() -> None:
    late = (*HONEST[:3], (0.145, "end a"), (0.145, "result of a"), (0.146, "result of b"))
    slow = Scenario(moments=FETCHES.moments)

    assert wrong(*late, scenario=slow).strong is False
    assert judge(*late, unsteady=0.02) is None


def test_a_sum_in_place_of_the_longest_is_strong() -> None:
    found = wrong(*HONEST[:3], (0.16, "end a"), (0.16, "result of a"), (0.16, "result of b"))

    assert "as long as one after the other (0.15 s)" in found.text
    assert found.strong


def test_a_program_that_hangs_is_strong_unless_the_machine_could_be_the_reason() -> None:
    found = wrong(*HONEST[:2], ended=False)

    assert "'end b' never came" in found.text
    assert "did not come to an end" in found.text
    assert found.strong
    assert wrong(*HONEST[:2], ended=False, unsteady=0.5).strong is False


@pytest.mark.parametrize(
    ("line", "fine"),
    [
        ("took 0.10s", True),
        ("took 0.11s", True),
        ("took 0.05s", False),
        ("took 0.40s", False),
        ("took 0.1s", False),
        ("took  0.10s", False),
        ("took nans", False),
    ],
)
def test_the_time_that_a_program_measured_must_be_possible(line: str, fine: bool) -> None:
    scenario = Scenario(moments=(Moment(0, "go"), Moment(0.1, took("took ", "s"))))

    found = judge((0.001, "go"), (0.108, line), scenario=scenario)

    assert (found is None) is fine
    assert found is None or found.strong


def test_what_a_student_printed_is_shown_in_bounds() -> None:
    found = wrong((0, "\x1b[31m" + "x" * 100_000))

    assert "\x1b" not in found.text
    assert len(found.text) < 500
