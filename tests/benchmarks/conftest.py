"""What the benchmarks measure with: CPU seconds of this process and all that it started, bundled submissions."""

from __future__ import annotations

import ctypes
import os
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.catalogue import load_assignment
from autograder.intake import read_paths
from autograder.model import Assignment, Submission

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "submissions" / "lecture21"
_PR_SET_CHILD_SUBREAPER = 36


@pytest.fixture
def assignment() -> Assignment:
    return load_assignment(ROOT, "lecture21")


@pytest.fixture
def reference(assignment: Assignment) -> Submission:
    return read_paths([assignment.solutions], assignment)[0]


@pytest.fixture
def mixed(assignment: Assignment) -> list[Submission]:
    """Return a dozen submissions: right, wrong, hostile, unfinished."""
    right = read_paths(sorted((CORPUS / "right").iterdir())[::12], assignment)
    files = {
        exercise.file: (assignment.solutions / exercise.file).read_bytes()
        for exercise in assignment.exercises
    }
    others = []
    hostile = ("exhaust/endless_loop_in_a_call", "forge/forges_an_answer", "forge/os_exit_inside_an_await")
    for path in (*sorted((CORPUS / "wrong").glob("*/*.py"))[::40], *(attack(name) for name in hostile)):
        number = path.parent.name if path.parent.name.startswith("21.") else exercise_of(path)
        others.append(
            Submission(id=path.stem, files={**files, assignment.exercise(number).file: path.read_bytes()})
        )
    return sorted([*right, *others], key=lambda one: one.id)


def attack(name: str) -> Path:
    """Return the path of a hostile sample, which is named with its group."""
    return ROOT / "tests" / "attacks" / "lecture21" / f"{name}.py"


def exercise_of(path: Path) -> str:
    """Return the exercise that a hostile sample is for, as its first line says."""
    return path.read_text().splitlines()[0].partition("exercise:")[2].strip()


@pytest.fixture
def cpu_seconds() -> Callable[[], float]:
    """Return a function that gives the CPU seconds used so far by this process and all its descendants that ended.

    Jails that were killed together with their parent become our children, so that none is missed.
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def read() -> float:
        try:
            while os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG) is not None:
                pass
        except ChildProcessError:
            pass  # nobody is left to wait for
        used = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
        return sum(each.ru_utime + each.ru_stime for each in used)

    return read


@pytest.fixture
def one_core() -> Iterator[None]:
    """Keep this process and all that it starts on one core, as a worker's are."""
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(all_cores)})
    yield
    os.sched_setaffinity(0, all_cores)
