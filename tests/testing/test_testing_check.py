"""The small tools of a suite: bounded comparisons, doubles, fresh inputs."""

import asyncio
import time

import pytest

from autograder.model import Outcome
from autograder.testing import Spy, check, check_lines
from autograder.testing.clock import TrustedLoop, World
from autograder.testing.draw import Draw
from autograder.testing.failures import StudentRaised, mark_as_students
from autograder.testing.verdict import judge


def virtual(main):
    world = World()
    with asyncio.Runner(loop_factory=lambda: TrustedLoop(world)) as runner:
        return runner.run(main()), world.ns / 1e9


def test_equal_values_of_the_same_type_pass():
    check([1, {"a": (2,)}], [1, {"a": (2,)}], "value")
    check_lines("a\nb\n", ["a", "b"], "text")


@pytest.mark.parametrize(
    ("actual", "expected"), [(1, True), (1.0, 1), ([1], (1,)), ("1", 1), (None, False), (float("nan"), 1.0)]
)
def test_values_of_another_type_are_not_equal(actual, expected):
    with pytest.raises(AssertionError, match="value: expected"):
        check(actual, expected, "value")


@pytest.mark.parametrize(
    ("actual", "words"),
    [
        ("a\nx\nc\n", "line 2: expected 'b', got 'x'"),
        ("a\nb\n", "line 3 is missing, expected 'c'"),
        ("a\nb\nc\nd\n", "an extra line 4, 'd'"),
    ],
)
def test_the_first_line_that_differs_is_named(actual, words):
    with pytest.raises(AssertionError, match=words):
        check(actual, "a\nb\nc\n", "stdout")


def test_a_missing_newline_at_the_end_is_told():
    with pytest.raises(AssertionError, match="their ends are not"):
        check("a\nb", "a\nb\n", "stdout")


def test_comparing_many_similar_lines_takes_no_time():
    many = "".join(f"line {number % 7} of the output\n" for number in range(20_000))
    begin = time.perf_counter()
    with pytest.raises(AssertionError) as caught:
        check(many, many.replace("6", "5"), "stdout")

    assert time.perf_counter() - begin < 1
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "value",
    ["x" * 10**6, "\x1b[2J", "\u202e", 10**6000, [list(range(10**5))]],
    ids=["long", "escape", "override", "digits", "nested"],
)
def test_what_is_shown_is_short_and_printable(value):
    with pytest.raises(AssertionError) as caught:
        check(value, "expected", "value")

    assert len(str(caught.value)) < 500
    assert str(caught.value).isprintable()


def test_a_spy_waits_answers_and_remembers():
    async def main():
        spy = Spy(result=["a", "b"], delay=[2, 1])
        got = await asyncio.gather(spy(1), spy(2, key=3), spy(4))
        return (
            got,
            spy.count,
            spy.max_in_flight,
            [(c.args, c.kwargs, c.started, c.finished) for c in spy.calls],
        )

    (got, count, most, calls), seconds = virtual(main)

    assert (got, count, most, seconds) == (["a", "b", "b"], 3, 3, 2.0)
    assert calls == [((1,), {}, 0.0, 2.0), ((2,), {"key": 3}, 0.0, 1.0), ((4,), {}, 0.0, 1.0)]


def test_a_spy_raises_what_it_was_told_and_notes_its_cancellation():
    async def main():
        error = ValueError("x")
        with pytest.raises(ValueError) as caught:
            await Spy(error=error)()
        slow = Spy(delay=5)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(slow(), 1)
        return caught.value is error, slow.calls[0].cancelled, slow.in_flight

    assert virtual(main) == ((True, True, 0), 1.0)


def test_draws_depend_on_the_seed_only():
    first, again, other = Draw("1:test"), Draw("1:test"), Draw("2:test")

    words = first.words(20)
    assert words == again.words(20)
    assert len(set(words)) == 20
    assert words != other.words(20)
    assert first.url().startswith("db://")


def test_the_trusted_clock_is_exact_and_does_not_wait():
    async def main():
        for _ in range(10):
            await asyncio.sleep(0.1)
        await asyncio.sleep(3600)

    begin = time.perf_counter()

    assert virtual(main)[1] == 3601.0
    assert time.perf_counter() - begin < 1


def test_a_test_that_polls_moves_time_on():
    async def main():
        flag: list[int] = []
        asyncio.get_running_loop().call_later(0.05, flag.append, 1)
        while not flag:
            await asyncio.sleep(0)

    assert 0.05 <= virtual(main)[1] < 0.06


@pytest.mark.parametrize(
    ("error", "when", "outcome"),
    [
        (AssertionError("no"), "call", Outcome.FAILED),
        (KeyError("x"), "call", Outcome.FAILED),
        (KeyError("x"), "setup", Outcome.GRADER_ERROR),
        (OSError("disk full"), "call", Outcome.GRADER_ERROR),
        (MemoryError(), "call", Outcome.GRADER_ERROR),
        (NameError("x"), "call", Outcome.GRADER_ERROR),
        (StudentRaised("SystemExit", "1"), "call", Outcome.STUDENT_ERROR),
        (asyncio.CancelledError(), "call", Outcome.FAILED),
    ],
)
def test_a_verdict_tells_whose_error_it_was(error, when, outcome):
    assert judge(error, when, 0.0).outcome is outcome


def test_a_message_is_short_and_harmless_to_show():
    error = ValueError("\x1b[2J\udc80 \u202e" + "x" * 10**6)
    mark_as_students(error, (("ex.py", 3, "f", "raise"),))
    verdict = judge(error, "call", 0.0)

    assert verdict.outcome is Outcome.STUDENT_ERROR
    assert verdict.message.isprintable()
    assert len(verdict.message) < 2100
    verdict.message.encode()


def test_a_coroutine_that_nobody_awaited_is_called_so():
    async def callService():
        return 1

    made = callService()
    with pytest.raises(AssertionError) as alone:
        check(made, "text", "the answer")
    with pytest.raises(AssertionError) as inside:
        check([made], ["text"], "the answers")
    made.close()

    assert "got a coroutine of callService that was not awaited" in str(alone.value)
    assert "<coroutine object" in str(inside.value)
    assert "0x" not in str(alone.value) + str(inside.value)
