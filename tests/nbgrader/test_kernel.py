"""`nbgrader autograde`, unmodified: the test cells ask our engine from inside the kernel."""

from __future__ import annotations

import json
from typing import Any

import pytest
from nbgrader_course import GATHER, STEM, Course, Done, NewCourse, fill, reference, wrong

pytestmark = pytest.mark.slow

NOISE = """\
import logging, sys
logging.basicConfig()
print("a warning", file=sys.stderr)

async def fails():
    raise ValueError("nobody asks")

started = asyncio.ensure_future(fails())
await asyncio.sleep(0)
del started
class Late:
    def __del__(self):
        print("late", file=sys.stderr)
cycle = Late()
cycle.itself = cycle
del cycle
fetchData("X", 1)
"""
"""A cell after which stderr gets lines whenever the garbage is collected."""

SPY = """\
import re, sys
found = 0
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
    for line in maps:
        place, rights, *_, name = line.split(maxsplit=5) + [""]
        if "rw" in rights and "[v" not in name:
            begin, end = (int(part, 16) for part in place.split("-"))
            try:
                memory.seek(begin)
                found += len(re.findall(rb"async def test_\\w{6,}\\(student", memory.read(end - begin)))
            except OSError:
                pass
loaded = sorted({"pytest", "autograder.testing", "autograder.pipeline"} & set(sys.modules))
print("hidden tests in memory:", found, loaded)
"""
"""A cell that looks for hidden tests in the whole memory of its kernel."""


@pytest.fixture(scope="module")
def course(new_course: NewCourse) -> Course:
    course = new_course("kernel")
    book = course.released()
    course.hand_in("right", content=fill(book, reference()))
    course.hand_in("partial", content=fill(book, wrong("blocking_sleep")))
    course.hand_in("noisy", content=fill(book, reference(), before=NOISE))
    course.hand_in("runs", content=fill(book, reference(), run="asyncio.run(main())"))
    course.hand_in("spy", content=fill(book, reference(), after=SPY))
    return course


@pytest.fixture(scope="module")
def autograded(course: Course) -> Done:
    return course.nbgrader("autograde", GATHER)


@pytest.fixture(scope="module")
def in_kernel(course: Course, autograded: Done) -> dict[str, Any]:
    """Return student to what nbgrader itself has written into the gradebook."""
    assert autograded.returncode == 0, autograded.stderr
    return {student: course.grades(student) for student in ("right", "partial", "noisy", "runs", "spy")}


@pytest.fixture(scope="module")
def spied(course: Course, in_kernel: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the cell has shown that looks for hidden tests."""
    book = json.loads((course.root / "autograded" / "spy" / GATHER / f"{STEM}.ipynb").read_text())
    shown: list[dict[str, Any]] = book["cells"][-1]["outputs"]
    return shown


@pytest.fixture(scope="module")
def in_bulk(course: Course, in_kernel: dict[str, Any], spied: object) -> dict[str, Any]:
    done = course.autograder("nbgrader", "grade", str(course.root))
    assert done.returncode == 0, done.stderr
    return {student: course.grades(student) for student in in_kernel}


def test_right_notebook_gets_full_marks_in_the_kernel(in_kernel: dict[str, Any]) -> None:
    assert in_kernel["right"]["score"] == 30


def test_partial_credit_reaches_nbgrader(in_kernel: dict[str, Any]) -> None:
    cells = in_kernel["partial"]["cells"]

    assert 0 < in_kernel["partial"]["score"] < 30
    assert 0 < cells["test_suspension"][0] < 6


@pytest.mark.parametrize("student", ["right", "partial", "noisy", "runs"])
def test_kernel_and_bulk_agree_on_each_cell(
    in_kernel: dict[str, Any], in_bulk: dict[str, Any], student: str
) -> None:
    assert in_kernel[student]["cells"] == in_bulk[student]["cells"]


def test_lines_on_stderr_take_nothing(in_kernel: dict[str, Any]) -> None:
    """Nbgrader alone scores a cell with a line on stderr as zero."""
    assert in_kernel["noisy"]["score"] > 20
    assert sum(automatic > 0 for automatic, *_ in in_kernel["noisy"]["cells"].values()) >= 6


def test_asyncio_run_in_a_cell_takes_nothing(in_kernel: dict[str, Any]) -> None:
    """In a kernel it raises, since a loop is running already."""
    assert in_kernel["runs"]["score"] == 30


def test_hidden_tests_are_never_in_the_memory_of_the_kernel(
    in_kernel: dict[str, Any], spied: list[dict[str, Any]]
) -> None:
    assert in_kernel["spy"]["score"] == 30
    assert ["".join(output["text"]) for output in spied] == ["hidden tests in memory: 0 []\n"]


def test_without_the_hidden_tests_nbgrader_grades_nothing_rather_than_by_the_public_ones(
    new_course: NewCourse,
) -> None:
    course = new_course("unknown")
    config = course.root / "nbgrader_config.py"
    config.write_text("c = get_config()\n")
    course.hand_in("ann", content=fill(course.released(), reference()))
    done = course.nbgrader("autograde", GATHER)

    assert done.returncode != 0
    assert "partial credit cannot be greater than maximum points" in done.stderr
    assert all(automatic is None for automatic, *_ in course.grades("ann")["cells"].values())
