"""An exercise with many defects: each is named, all in one validation."""

from __future__ import annotations

import re

import pytest
from validated_course import HALF, RIGHT

from autograder.validation import State, Validation
from autograder.validation.programs import Kind

from .conftest import advice, failures, step

SECOND = """\
[[exercise]]
id = "2"
title = "Greeting"
file = "ex2.py"
points = 4
"""

GREETING = '''\
"""A greeting, and a goodbye."""

import asyncio


async def greet(name):
    try:
        await asyncio.sleep(0)
        # Blank 1: say hello to somebody
        ### BEGIN SOLUTION
        print(f"hello {name}")
        ### END SOLUTION
    finally:
        await asyncio.sleep(0)


async def leave(name):
    # Blank 2: say goodbye to somebody
    ### BEGIN SOLUTION
    print(f"goodbye {name}")
    ### END SOLUTION


if __name__ == "__main__":
    asyncio.run(greet("you"))
'''

GREETINGS = """\
import pytest

pytestmark = pytest.mark.exercise("2")


@pytest.mark.points(3)
@pytest.mark.concept("output")
async def test_greeting_fails_with_some_seeds(student, rng):
    await student.greet("anna")
    assert student.stdout.startswith("hello anna")
    assert rng.number(0, 1) == FIRST, "it depends on what was drawn"


@pytest.mark.points(1)
@pytest.mark.concept("load")
def test_file_can_be_loaded(student):
    assert student
"""

AGAIN = """

@pytest.mark.points(1)
@pytest.mark.concept("result")
async def test_one_becomes_two(student):
    check(await student.double(1, 0.1), 2, "double(1, 0.1)")
"""


def first_draw(seed: int) -> int:
    from autograder.testing.draw import Draw

    return Draw(f"{seed}:test_greeting_fails_with_some_seeds").number(0, 1)


@pytest.fixture(scope="module")
def broken(make_course, run_validation) -> Validation:
    course = make_course()
    course.change("assignments/tiny/assignment.toml", "points = 8\n", f"points = 10\n{SECOND}")
    course.write("solutions/tiny/ex2.py", GREETING)
    course.make_skeletons()
    course.change("assignments/tiny/ex2.py", '"""A greeting', '"""A little greeting')
    (course.root / "assignments/tiny/test_public.py").unlink()
    suite = "tests/hidden/tiny/test_tiny.py"
    course.change(suite, 'assert heart.steady, "the event loop stood still"', "assert True")
    course.change(suite, 'assert task.cancelled(), "it does not end as cancelled"', "task.cancelled()")
    course.write(suite, course.suite.read_text() + AGAIN)
    course.write("tests/hidden/tiny/test_greeting.py", GREETINGS.replace("FIRST", str(first_draw(0))))
    course.write("tests/hidden/tiny/waivers.toml", WAIVERS)
    course.write("tests/submissions/tiny/right/too_quick/ex1.py", RIGHT.replace("sleep(s)", "sleep(0)"))
    course.write("tests/submissions/tiny/wrong/1/harmless.py", f"# loses: timing\n{RIGHT}")
    course.write("tests/submissions/tiny/wrong/1/half_again.py", HALF.replace("result, main", "result"))
    course.write("tests/submissions/tiny/wrong/1/silent.py", RIGHT)
    course.write("tests/submissions/tiny/wrong/1/misspelt.py", f"# loses: timming\n{RIGHT}")
    course.write("tests/submissions/tiny/wrong/3/nowhere.py", HALF)
    return run_validation(course.root)


WAIVERS = """\
["1"]
"sleep-zero/double/1" = "it is caught all the same"
"sleep-zero/dobule/1" = "a slip of the pen"
["4"]
"sleep-zero/double/1" = "no such exercise"
"""


def has(remarks: list[str], *patterns: str) -> bool:
    """Tell whether one of the remarks holds all these."""
    return any(all(re.search(pattern, remark) for pattern in patterns) for remark in remarks)


@pytest.mark.parametrize(
    ("name", "patterns"),
    [
        ("configuration", ["^1 its tests are worth 9 points", "gives it 10"]),
        ("configuration", ["^2 .*ex2.py: this is not the skeleton that the reference gives"]),
        ("configuration", ["test_public.py: there are no public tests"]),
        ("configuration", ["^1 .*blanks are worth 8 points together", "10"]),
        ("configuration", ["silent.py", "first line must say what it loses on"]),
        ("configuration", ["misspelt.py", "lose on timming, which is no concept"]),
        ("configuration", ["wrong/3", "there is no such exercise"]),
        ("configuration", ["^2 .*too_quick this right sample has no ex2.py"]),
        ("reference", ["^2 skeleton passes test_file_can_be_loaded"]),
        ("blanks", ["^2 blank 2 left open costs nothing", "say goodbye"]),
        ("blanks", ["^2 .*blank 2", "no test is known to notice a wrong answer"]),
        ("right", ["^1 right/too_quick loses test_it_takes_as_long", "the time that it takes"]),
        ("wrong", ["^1 wrong/harmless has full marks, but is to lose on timing"]),
        ("wrong", ["^1 wrong/half_again also loses on main", "test_program_prints_42"]),
        (
            "mutants",
            ["^1 mutant/suppress-cancellation/double/1 has full marks", "To catch it: Cancel the call"],
        ),
        ("mutants", ["^1 sleep-zero/dobule/1", "no such mutant", "Did you mean sleep-zero/double/1"]),
        ("mutants", ["there is no exercise 4"]),
        ("tests", ["^1 test_others_run_meanwhile catches not a single wrong program"]),
        ("tests", ["^2 test_file_can_be_loaded catches not a single wrong program"]),
        ("flakiness", ["^2 reference loses test_greeting_fails_with_some_seeds with seed", "what was drawn"]),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_defect_is_a_failure_of_its_step(broken, name, patterns):
    found = failures(broken, name)

    assert has(found, *patterns), "\n".join(found)


@pytest.mark.parametrize(
    ("name", "patterns"),
    [
        ("tests", ["^1 test_one_becomes_two is redundant"]),
        ("mutants", ["^1 sleep-zero/double/1", "is waived", "a test catches it"]),
        ("cancellation", ["^2 its reference has a finally", "cancel_at_every_await"]),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_weak_spot_is_advice(broken, name, patterns):
    found = advice(broken, name)

    assert has(found, *patterns), "\n".join(found)


def test_one_defect_does_not_hide_the_others(broken):
    assert not broken.holds
    assert not broken.blocked
    assert {each.name for each in broken.steps if each.state is State.FAILS} == {
        "configuration",
        "reference",
        "blanks",
        "right",
        "wrong",
        "mutants",
        "tests",
        "flakiness",
    }


def test_survivor_is_shown_as_a_diff(broken):
    (survivor,) = (
        remark
        for remark in step(broken, "mutants").remarks
        if remark.subject == "mutant/suppress-cancellation/double/1"
    )

    assert "+import contextlib\n" in survivor.diff
    assert "-    await asyncio.sleep(seconds)\n" in survivor.diff


ONCE = """

@pytest.mark.points(1)
@pytest.mark.concept("main")
def test_program_passes_once_only(run_script):
    run_script()
    try:
        open({seen!r}, "x").close()
    except FileExistsError:
        pytest.fail("it was run before")
"""


def test_test_that_depends_on_what_ran_before_is_flaky(make_course, run_validation):
    course = make_course()
    course.write(
        "tests/hidden/tiny/test_tiny.py",
        course.suite.read_text() + ONCE.format(seen=str(course.root / "seen")),
    )

    validation = run_validation(course.root, keep=lambda program: program.kind is Kind.REFERENCE)

    assert has(failures(validation, "flakiness"), "test_program_passes_once_only")


LUCKY = """\
import asyncio
ready = []
async def double(n, s):
    await asyncio.sleep(s)
    return n + n
async def get_ready():
    await asyncio.sleep(.5)
    ready.append(1)
async def tell():
    doubled = await double(21, .5)
    print(doubled if ready else "not ready yet")
async def main():
    await asyncio.gather(get_ready(), tell())
if __name__ == "__main__":
    asyncio.run(main())
"""


def test_program_that_depends_on_an_order_which_nobody_promises_is_named_as_lucky(
    make_course, run_validation
):
    course = make_course()
    course.write("tests/submissions/tiny/right/lucky/ex1.py", LUCKY)

    validation = run_validation(course.root, keep=lambda program: program.kind is Kind.RIGHT)

    assert failures(validation, "right") == []
    (lucky,) = {text.split(" loses ")[0] for text in failures(validation, "schedules")}
    assert lucky == "1 right/lucky"
    assert has(failures(validation, "schedules"), "only lucky", "test_program_prints_42", "schedule [1-4],")
