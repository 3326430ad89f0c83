"""The zip of a small course, and boxes to grade in."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from boxes import Box, write_course

from autograder.catalogue import load_assignment
from autograder.gradescope.packing import pack

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def small_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    course = write_course(folder / "course")
    target = folder / "two.zip"
    pack(load_assignment(course, "two"), target, seed=7)
    return target


@pytest.fixture
def box(small_zip: Path, tmp_path: Path) -> Callable[..., Box]:
    """Return a function that makes a box in which the small course is graded, as it is changed."""

    def make(**course: str) -> Box:
        return Box(tmp_path / "autograder", small_zip, write_course(tmp_path / "course", **course))

    return make
