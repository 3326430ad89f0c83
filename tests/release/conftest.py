"""Lecture 21's solutions and skeletons, and a way to fill blanks as a student does."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.release import Reference, read_reference

sys.path.insert(0, str(Path(__file__).parents[1]))  # for courses.py

from courses import SoundCourse

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = ROOT / "solutions" / "lecture21"
ASSIGNMENT = ROOT / "assignments" / "lecture21"
NAMES = ("ex21_1_gather", "ex21_2_cancellation", "ex21_3_context_manager")


@dataclass(frozen=True)
class Exercise:
    """One exercise of the lecture: the reference, and the skeleton as it lies in the assignment's folder."""

    reference: Reference
    skeleton: str

    @property
    def numbers(self) -> list[int]:
        return [region.number for region in self.reference.regions]

    def filled(self, numbers: Iterable[int]) -> str:
        """Return the skeleton with the solution in place of the lines of these blanks."""
        text = self.skeleton
        for region in self.reference.regions:
            if region.number in numbers:
                solution = "".join(line + "\n" for line in region.body)
                text, count = re.subn(
                    rf"^.*\bblank\({region.number}\).*\n", lambda _, by=solution: by, text, flags=re.MULTILINE
                )
                assert count == 1
        return text


@dataclass(frozen=True)
class Run:
    """How a program ended."""

    code: int
    out: str
    err: str


RunAll = Callable[[Iterable[str]], list[Run]]


@pytest.fixture(params=NAMES)
def exercise(request: pytest.FixtureRequest) -> Exercise:
    path = SOLUTIONS / f"{request.param}.py"
    return Exercise(read_reference(path), (ASSIGNMENT / path.name).read_text(encoding="utf-8"))


@pytest.fixture
def run_all(tmp_path: Path) -> RunAll:
    """Return a function that runs programs, each in a process of its own, without waiting in real time."""

    def run(programs: Iterable[str]) -> list[Run]:
        paths = []
        for index, text in enumerate(programs):
            path = tmp_path / f"program{index:04}.py"
            path.write_text(text, encoding="utf-8")
            paths.append(path)
        driver = Path(__file__).with_name("fast_runs.py")
        done = subprocess.run([sys.executable, driver, tmp_path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return [
            Run(
                code=int(path.with_suffix(".code").read_text()),
                out=path.with_suffix(".out").read_text(encoding="utf-8"),
                err=path.with_suffix(".err").read_text(encoding="utf-8"),
            )
            for path in paths
        ]

    return run


GUARD = '\n\nif __name__ == "__main__":\n    print(f())\n'

Save = Callable[[str], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Return a function that writes a solution: a docstring in line 1, the given text from line 2 on, and a guard."""

    def write(text: str) -> Path:
        path = tmp_path / "reference.py"
        path.write_bytes(f'"""An example."""\n{text}{GUARD}'.encode())
        return path

    return write


def lines(*text: str) -> str:
    return "".join(line + "\n" for line in text)


def blank(number: int | str, *solution: str, indent: int = 4) -> str:
    body = (f"# Blank {number}: do it", "### BEGIN SOLUTION", *solution, "### END SOLUTION")
    return lines(*(" " * indent + line for line in body))


@pytest.fixture
def course(tmp_path: Path) -> SoundCourse:
    return SoundCourse(tmp_path / "clone")
