"""What the jail says happened, and when: only times between question and answer are believed."""

import pytest

from autograder.jail.limits import JailLimits
from autograder.jail.protocol import ProtocolError
from autograder.testing.events import Output


def printed_at(ns: int) -> list[list[object]]:
    return [[ns, "print", "main", 1, "Row 1\n"]]


@pytest.mark.parametrize("ns", [9, 21])
def test_line_cannot_be_dated_back_or_forward(ns):
    output = Output(JailLimits(), dated=True)

    with pytest.raises(ProtocolError, match="at no time"):
        output.take(printed_at(ns), since=10, until=20)


def test_line_printed_between_question_and_answer_is_taken():
    output = Output(JailLimits(), dated=True)

    output.take([*printed_at(10), *printed_at(20)], since=10, until=20)

    assert [time for time, _ in output.lines()] == [10 / 1e9, 20 / 1e9]


def test_program_that_runs_while_it_is_loaded_has_a_time_of_its_own():
    Output(JailLimits()).take(printed_at(10**9), since=0, until=0)
