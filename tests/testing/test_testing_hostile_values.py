"""Values made to hurt whoever looks at them: they cost the trusted side little time, and every text can be written."""

import time

import pytest
from lab import messages

from autograder.testing import check, check_lines
from autograder.testing.failures import StudentFailure

MOST_SECONDS = 0.5

STUDENT = """
    import asyncio
    M = 2**61 - 1

    def digits(): return 10**19_000
    def more_digits(): return 7**100_000
    def colliding_ints(): return {i * M for i in range(1, 2_000)}
    def colliding_keys(): return {complex(1000003 * i, -i): i for i in range(1, 2_000)}
    def colliding_tuples(): return frozenset((i * M, 1) for i in range(1, 2_000))
    def many_keys(): return {i: i for i in range(20_000)}
    def many_texts(): return [str(i) for i in range(20_000)]
    def deep():
        value = []
        for _ in range(900): value = [value]
        return value
    def wide(): return [[]] * 20_000
    def lines(): return "".join(f"line {i % 7} of the output\\n" for i in range(10_000))
    def floats(): return [1e308 * 10, float("nan"), -0.0, 5e-324] * 5_000
    def long_text(): return "\\u202e\\U0001f600" * 130_000
    def long_error(): raise ValueError("x" * 10**6, *range(10_000))
    def group():
        def nest(depth):
            return ValueError("x" * 3_000) if not depth else ExceptionGroup("g" * 3_000, [nest(depth - 1)] * 20)
        raise nest(3)
    def circle():
        one, two = ValueError(1), ValueError(2)
        one.__cause__, two.__cause__ = two, one
        raise one
    def long_names():
        name = "N" * 10**6
        raise type(name, (Exception,), {})("text")
    def many_classes():
        return [type(f"E{i}", (Exception,), {}) for i in range(2_000)]
    def many_handles(): return [object() for _ in range(20_000)]
    def surrogates():
        print("half \\ud800 of a character")
        raise KeyError("\\udfff")
"""

EXPECTED = {
    "many_keys": dict.fromkeys(range(20_000)),
    "many_texts": ["x"] * 20_000,
    "lines": "".join(f"line {i % 7} of the Output\n" for i in range(10_000)),
}

NAMES = (
    *(
        "digits",
        "more_digits",
        "colliding_ints",
        "colliding_keys",
        "colliding_tuples",
        "many_keys",
        "many_texts",
    ),
    *("deep", "wide", "lines", "floats", "long_text", "long_error", "group", "circle", "long_names"),
    *("many_classes", "many_handles", "surrogates"),
)


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_value_costs_the_trusted_side_little(bench, name):
    with bench(STUDENT).student() as student:
        begin = time.process_time()
        with pytest.raises(Exception) as caught:
            check(getattr(student, name)(), EXPECTED.get(name, ["expected"]), name)
        str(caught.value)

        assert time.process_time() - begin < MOST_SECONDS
        assert not isinstance(caught.value, StudentFailure) or "limit" in str(caught.value)


def test_a_large_value_that_is_right_is_right(bench):
    with bench(STUDENT).student() as student:
        begin = time.process_time()
        check(student.many_keys(), {number: number for number in range(20_000)}, "keys")
        check(student.many_texts(), [str(number) for number in range(20_000)], "texts")
        check(student.digits(), 10**19_000, "digits")
        check_lines(
            student.lines(), [f"line {number % 7} of the output" for number in range(10_000)], "lines"
        )

        assert time.process_time() - begin < 2 * MOST_SECONDS


def test_half_a_character_can_be_written_wherever_it_was_said(bench):
    with bench(STUDENT).student() as student:
        with pytest.raises(KeyError):
            student.surrogates()

        assert student.stdout == "half \\ud800 of a character\n"
        assert student.prints()[0][1].encode() == b"half \\ud800 of a character"


def test_the_verdict_on_half_a_character_can_be_written(grade):
    suite = """
    import pytest
    pytestmark = [pytest.mark.exercise("1"), pytest.mark.concept("main")]
    @pytest.mark.points(10)
    def test_it(student):
        student.surrogates()
    """
    said = messages(grade(suite, {"a": STUDENT})["a"])["test_it"]

    assert "KeyError" in said
    said.encode()
