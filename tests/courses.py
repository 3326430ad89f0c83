"""A made-up course whose one assignment is sound: reference, hidden and public tests, README."""

from __future__ import annotations

from pathlib import Path

from autograder.catalogue import load_assignment
from autograder.model import Assignment

TOML = """\
format = "autograder-assignment/1"
title = "Tiny \\"one\\" & <two>"
[limits]
cpu_seconds = 0.5
[feedback]
reveal = "full"
[jail]
require = "bwrap"
[[exercise]]
id = "1"
title = "Doubling"
file = "ex1.py"
points = 2.5
defines = ["double"]
"""
SOLUTION = '''\
"""Example 1: doubling."""

import asyncio


# What it is for.
async def double(x):
    # Blank 1 (1.5 points): wait a second, then take <x>
    # Hint 1: Use `await` & __patience__.
    # Hint 2: asyncio has a pause.
    ### BEGIN SOLUTION
    await asyncio.sleep(1)
    wanted = x + 0
    ### END SOLUTION
    # Blank 2 (1 point): twice
    return twice(x)  ### SOLUTION twice(x)


def twice(number):
    return 2 * number


if __name__ == "__main__":
    print(asyncio.run(double(21)))
'''
HIDDEN = '''\
import asyncio, pytest
from autograder.testing import check

@pytest.mark.exercise("1")
@pytest.mark.points(2.5)
@pytest.mark.concept("result")
async def test_secretly_doubles(student, rng):
    """A number comes back doubled, says the hidden suite."""
    number = rng.number(1, 10**9)
    begin = asyncio.get_running_loop().time()
    check(await student.double(number), 2 * number, "double(number)")
    assert asyncio.get_running_loop().time() - begin == 1
'''
PUBLIC = '''\
import pytest
from autograder.testing import check

@pytest.mark.exercise("1")
async def test_in_public(student, rng):
    """A small number is doubled."""
    check(await student.double(3), 6, "double(3)")
'''


class SoundCourse:
    """A clone with one assignment that is sound."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.toml = root / "assignments" / "tiny" / "assignment.toml"
        self.readme = root / "assignments" / "tiny" / "README.md"
        self.public = root / "assignments" / "tiny" / "test_public.py"
        self.solution = root / "solutions" / "tiny" / "ex1.py"
        self.hidden = root / "tests" / "hidden" / "tiny" / "test_hidden_tiny.py"
        for path, text in (
            (self.toml, TOML),
            (self.readme, "# Tiny\n"),
            (self.public, PUBLIC),
            (self.solution, SOLUTION),
            (self.hidden, HIDDEN),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def load(self) -> Assignment:
        return load_assignment(self.root, "tiny")

    def replace(self, path: Path, old: str, new: str) -> None:
        text = path.read_text()
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new))
