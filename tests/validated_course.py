"""A small course in a folder of its own, with everything that a validation looks at; sound as it is."""

from __future__ import annotations

from pathlib import Path

from autograder.release import write_skeletons

TOML = """\
format = "autograder-assignment/1"
title = "Tiny"
[[exercise]]
id = "1"
title = "Doubling"
file = "ex1.py"
points = 8
"""

REFERENCE = '''\
"""Doubling, with a wait."""

import asyncio


async def double(number, seconds):
    # Blank 1 (4 points): wait for so many seconds without blocking
    ### BEGIN SOLUTION
    await asyncio.sleep(seconds)
    ### END SOLUTION
    # Blank 2 (3 points): give back twice the number
    ### BEGIN SOLUTION
    return 2 * number
    ### END SOLUTION


async def main():
    # Blank 3 (1 point): say what double makes of 21 within half a second
    ### BEGIN SOLUTION
    print(await double(21, 0.5))
    ### END SOLUTION


if __name__ == "__main__":
    asyncio.run(main())
'''

SUITE = '''\
import asyncio

import pytest

from autograder.testing import Heartbeat, check, check_time, now, start

pytestmark = pytest.mark.exercise("1")


@pytest.mark.points(2)
@pytest.mark.concept("result")
async def test_number_comes_back_doubled(student, rng):
    """A number comes back doubled."""
    for number in (rng.number(3, 10**6), 0):
        check(await student.double(number, 0.1), 2 * number, "double(number)")


@pytest.mark.points(2)
@pytest.mark.concept("timing")
async def test_it_takes_as_long_as_it_is_told(student, rng):
    """It takes exactly as many seconds as it is told."""
    seconds = rng.seconds(2, 5)
    await student.double(1, seconds)
    check_time(now(), seconds, "the time that it takes")


@pytest.mark.points(1)
@pytest.mark.concept("suspension")
async def test_others_run_meanwhile(student, rng):
    """Others run while it waits."""
    async with Heartbeat(every=0.05) as heart:
        await student.double(1, 1)
    assert heart.steady, "the event loop stood still"


@pytest.mark.points(2)
@pytest.mark.concept("cancellation")
async def test_it_can_be_cancelled(student, rng):
    """Cancelled while it waits, it ends at once and leaves nothing behind."""
    for call in (student.double, lambda *arguments: student.main()):
        task = start(call(1, 3))
        await asyncio.sleep(0.2)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled(), "it does not end as cancelled"
        assert not student.leaks, f"it leaves something behind: {student.leaks}"


@pytest.mark.points(1)
@pytest.mark.concept("main")
def test_program_prints_42_after_half_a_second(run_script):
    """Run as a program, it prints 42 after half a second."""
    script = run_script()
    check(script.stdout, "42\\n", "what the program prints")
    check_time(script.virtual_seconds, 0.5, "the time that the program takes")
'''

PUBLIC = '''\
import pytest

from autograder.testing import check


@pytest.mark.exercise("1")
@pytest.mark.concept("result")
@pytest.mark.blanks(2)
async def test_two_becomes_four(student):
    """2 comes back as 4."""
    check(await student.double(2, 0.1), 4, "double(2, 0.1)")
'''

RIGHT = """\
import asyncio
async def double(n, s):
    await asyncio.gather(asyncio.sleep(s))
    return n + n
async def main():
    print(await double(21, .5))
if __name__ == "__main__":
    asyncio.run(main())
"""

TOO_LATE = f"# loses: timing, main\n{RIGHT.replace('sleep(s)', 'sleep(s + 1)')}"
HALF = f"# loses: result, main\n{RIGHT.replace('n + n', 'n')}"


class ValidatedCourse:
    """A clone with one assignment, ``tiny``, of one exercise."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.suite = root / "tests" / "hidden" / "tiny" / "test_tiny.py"
        self.samples = root / "tests" / "submissions" / "tiny"
        self.write("assignments/tiny/assignment.toml", TOML)
        self.write("assignments/tiny/test_public.py", PUBLIC)
        self.write("solutions/tiny/ex1.py", REFERENCE)
        self.write("tests/hidden/tiny/test_tiny.py", SUITE)
        self.write("tests/submissions/tiny/right/gathered/ex1.py", RIGHT)
        self.write("tests/submissions/tiny/wrong/1/too_late.py", TOO_LATE)
        self.write("tests/submissions/tiny/wrong/1/half.py", HALF)
        self.make_skeletons()

    def write(self, path: str, text: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def change(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text()
        assert text.count(old) == 1, f"{old!r} stands in {path} {text.count(old)} times"
        self.write(path, text.replace(old, new))

    def make_skeletons(self) -> None:
        write_skeletons(self.root / "solutions" / "tiny", self.root / "assignments" / "tiny")
