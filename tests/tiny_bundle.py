"""A bundle of two small exercises, as a student has unpacked it: for the tests of `autograder check`."""

import hashlib
import json
from pathlib import Path

TOML = """\
format = "autograder-assignment/1"
title = "Tiny"
[[exercise]]
id = "1"
title = "Doubling"
file = "ex1_double.py"
points = 3
defines = ["double"]
[[exercise]]
id = "2"
title = "Greeting"
file = "ex2_greet.py"
points = 2
defines = ["greet"]
"""

TESTS = '''\
import pytest
from autograder.testing import check, check_time, now

@pytest.mark.exercise("1")
@pytest.mark.blanks(1)
@pytest.mark.concept("timing")
@pytest.mark.hint("Await a pause.")
async def test_takes_a_second(student, rng):
    """Doubling takes a second."""
    await student.double(rng.number(1, 9))
    check_time(now(), 1, "the time it takes")

@pytest.mark.exercise("1")
@pytest.mark.blanks(2)
@pytest.mark.concept("result")
@pytest.mark.hint("Multiply.")
async def test_doubles(student, rng):
    """A number comes back doubled."""
    number = rng.number(1, 10**6)
    check(await student.double(number), 2 * number, f"double({number})")

@pytest.mark.exercise("2")
@pytest.mark.blanks(1)
@pytest.mark.concept("output")
def test_greets(student):
    """It says hello."""
    student.greet()
    check(student.stdout, "hello\\n", "what greet prints")
'''

BLANK = '''

def blank(number):
    """End the program."""
    raise SystemExit(f"Blank {number} is still open: look above")
'''
SKELETON_1 = f"""\
import asyncio

async def double(x):
    # Blank 1 (1 point): wait a second
    blank(1)
    # Blank 2 (2 points): give x twice
    blank(2)
{BLANK}"""
RIGHT_1 = SKELETON_1.replace("blank(1)\n", "await asyncio.sleep(1)\n").replace("blank(2)\n", "return 2 * x\n")
SKELETON_2 = f"def greet():\n    # Blank 1: say hello\n    blank(1)\n{BLANK}"
RIGHT_2 = SKELETON_2.replace("blank(1)\n", "print('hello')\n")

HINTS = {
    "1": [
        (1, "wait a second", ["Others go on.", "asyncio.sleep"]),
        (2, "give x twice", ["Two times.", "2 * x"]),
    ],
    "2": [(1, "say hello", ["In small letters.", "print it"])],
}


class Folder:
    """A released bundle, unpacked by a student."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True)
        manifest = {
            "format": "autograder-bundle/1",
            "assignment": "tiny",
            "files": {"test_public.py": hashlib.sha256(TESTS.encode()).hexdigest()},
            "exercises": [
                {
                    "id": id_,
                    "blanks": [{"number": n, "prompt": p, "points": 1, "hints": h} for n, p, h in blanks],
                }
                for id_, blanks in HINTS.items()
            ],
        }
        self.write("assignment.toml", TOML)
        self.write("test_public.py", TESTS)
        self.write("manifest.json", json.dumps(manifest))
        self.write("ex1_double.py", RIGHT_1)
        self.write("ex2_greet.py", RIGHT_2)

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text)
