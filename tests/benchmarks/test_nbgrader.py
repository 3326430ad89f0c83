"""How much faster a class of notebooks is graded in bulk than by `nbgrader autograde`, in one run: `make bench`.

Both grade the same course with the same hidden tests: nbgrader starts a kernel for each notebook, in which the test
cells ask our engine. NOTEBOOKS=10 takes fewer.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "nbgrader"))  # for nbgrader_course.py

from nbgrader_course import GATHER, Course, fill, make_clone, make_environment, reference, right, wrong

NOTEBOOKS = int(os.environ.get("NOTEBOOKS", "100"))
LEAST_TIMES_FASTER = 3

PROGRAMS = (
    reference(),
    right("task_group"),
    right("gather_star_list"),
    wrong("blocking_sleep"),
    wrong("elapsed_hard_coded"),
    wrong("coroutines_never_awaited"),
)


def test_bulk_grading_is_several_times_faster_than_a_kernel_for_each_notebook(tmp_path: Path) -> None:
    """Right and wrong notebooks in turn; wall seconds, since what a class waits for is the end of the run."""
    make_clone(tmp_path / "clone")
    (tmp_path / "home").mkdir()
    course = Course(tmp_path / "course", tmp_path / "clone", make_environment(tmp_path / "home"))
    assert course.autograder("nbgrader", "export", GATHER, str(course.root)).returncode == 0
    assert course.nbgrader("generate_assignment", GATHER).returncode == 0
    book = course.released()
    for number, program in zip(range(NOTEBOOKS), itertools.cycle(PROGRAMS)):
        course.hand_in(f"s{number:03}", content=fill(book, program))
    other = course.copy(tmp_path / "other")

    begin = time.perf_counter()
    bulk = course.autograder("nbgrader", "grade", str(course.root))
    in_bulk = time.perf_counter() - begin
    begin = time.perf_counter()
    kernels = other.nbgrader("autograde", GATHER)
    in_kernels = time.perf_counter() - begin

    print(
        f"\n{NOTEBOOKS} notebooks: in bulk {in_bulk:.1f} s, nbgrader autograde {in_kernels:.1f} s: "
        f"{in_kernels / in_bulk:.1f} times faster"
    )
    assert bulk.returncode == 0, bulk.stderr
    assert kernels.returncode == 0, kernels.stderr
    for number in range(NOTEBOOKS):
        assert course.grades(f"s{number:03}")["cells"] == other.grades(f"s{number:03}")["cells"]
    assert in_kernels > LEAST_TIMES_FASTER * in_bulk
