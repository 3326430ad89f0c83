"""A made-up course in a folder of its own, and the real command in it: as a subprocess, in a pipe or on a terminal."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import zipfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "outputs"))  # for hostile.py
sys.path.insert(0, str(Path(__file__).parents[1]))  # for tiny_bundle.py

TOML = """\
format = "autograder-assignment/1"
title = "Tiny"
[[exercise]]
id = "1"
title = "Doubling"
file = "ex1.py"
points = 3
[[exercise]]
id = "2"
title = "Greeting"
file = "ex2.py"
points = 2
"""

SUITE = '''\
import pytest
from autograder.testing import check

@pytest.mark.exercise("1")
@pytest.mark.points(2)
@pytest.mark.concept("result")
@pytest.mark.hint("Multiply by two.")
async def test_doubles(student, rng):
    """A number comes back doubled."""
    number = rng.number(1, 10**9)
    check(await student.double(number), 2 * number, "double(number)")

@pytest.mark.exercise("1")
@pytest.mark.points(1)
@pytest.mark.concept("timing")
async def test_takes_a_second(student):
    """Doubling takes a second."""
    loop = __import__("asyncio").get_running_loop()
    begin = loop.time()
    await student.double(1)
    assert loop.time() - begin == 1, f"it took {loop.time() - begin} s, not 1 s"

@pytest.mark.exercise("2")
@pytest.mark.points(2)
@pytest.mark.concept("output")
def test_greets(student):
    """It says hello."""
    student.greet()
    assert student.stdout == "hello\\n", f"it said {student.stdout}"
'''

RIGHT_1 = "import asyncio\nasync def double(x):\n    await asyncio.sleep(1)\n    return 2 * x\n"
QUICK_1 = "async def double(x):\n    return 2 * x\n"
RIGHT_2 = "def greet():\n    print('hello')\n"


class Course:
    """A clone with one assignment, and a class that hands in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "assignments" / "tiny").mkdir(parents=True)
        (root / "assignments" / "tiny" / "assignment.toml").write_text(TOML)
        (root / "tests" / "hidden" / "tiny").mkdir(parents=True)
        (root / "tests" / "hidden" / "tiny" / "test_tiny.py").write_text(SUITE)
        (root / "class").mkdir()

    def hand_in(self, name: str, first: str = RIGHT_1, second: str = RIGHT_2) -> None:
        folder = self.root / "class" / name
        folder.mkdir()
        (folder / "ex1.py").write_text(first)
        (folder / "ex2.py").write_text(second)

    def hand_in_a_class(self) -> None:
        """Let five hand in: two right in different forms, one wrong, one unfinished, one damaged."""
        self.hand_in("alice")
        self.hand_in("bob", first=QUICK_1)
        self.hand_in("carol", first="def double(:")
        with zipfile.ZipFile(self.root / "class" / "dora.zip", "w") as archive:
            archive.writestr("dora/ex1.py", RIGHT_1)
            archive.writestr("dora/ex2.py", RIGHT_2)
        (self.root / "class" / "emil.zip").write_bytes(b"PK\3\4 and then nothing")

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "autograder", "grade", *arguments]

    def environment(self, **changes: str) -> dict[str, str]:
        unwanted = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "AUTOGRADER_DEBUG")
        return {**{k: v for k, v in os.environ.items() if k not in unwanted}, **changes}

    def grade(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ``autograder grade`` with its output in pipes."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.root,
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def grade_on_terminal(self, columns: int, *arguments: str, **environment: str) -> tuple[str, int]:
        """Run ``autograder grade`` on a terminal; return all that was written to it, and the exit code."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        with subprocess.Popen(
            self.command(*arguments),
            cwd=self.root,
            env=self.environment(**{"TERM": "xterm-256color", **environment}),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        ) as process:
            os.close(slave)
            written = b""
            try:
                while chunk := os.read(master, 65_536):
                    written += chunk
            except OSError:
                pass  # Linux's way to say that the other end is closed
            code = process.wait()
        os.close(master)
        return written.decode().replace("\r\n", "\n"), code


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)
