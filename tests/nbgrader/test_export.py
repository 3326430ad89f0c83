"""What `autograder nbgrader export` writes is a course that nbgrader's own commands take as it is."""

from __future__ import annotations

import importlib
import json
import shutil
import warnings
from pathlib import Path
from typing import Any

import pytest
from nbgrader_course import EXERCISE, GATHER, STEM, Course, NewCourse, fill, reference, wrong

from autograder.catalogue import load_assignment
from autograder.errors import ReleaseRefused, UsageError
from autograder.model import GradeOptions, SubmissionReport
from autograder.nbgrader.course import Exported, export_assignment
from autograder.pipeline import Run

pytestmark = pytest.mark.slow


def cells(course: Course, step: str) -> list[dict[str, Any]]:
    book = json.loads((course.root / step / GATHER / f"{STEM}.ipynb").read_text())
    found: list[dict[str, Any]] = book["cells"]
    return found


def test_source_has_a_graded_cell_for_each_concept_with_its_points(exported: Course) -> None:
    graded = [
        cell["metadata"]["nbgrader"] for cell in cells(exported, "source") if "nbgrader" in cell["metadata"]
    ]
    tests = {cell["grade_id"]: cell["points"] for cell in graded if cell["grade"]}

    assert tests == {
        "test_concurrency": 5,
        "test_ordering": 3,
        "test_result": 2,
        "test_output": 4,
        "test_timing": 4,
        "test_suspension": 6,
        "test_main": 6,
    }
    assert all(cell["locked"] and not cell["solution"] for cell in graded if cell["grade"])
    assert all(cell["schema_version"] == 3 for cell in graded)
    assert [cell["grade_id"] for cell in graded if cell["solution"]] == [
        "solution_fetchData",
        "solution_main",
    ]


def test_checksums_are_those_of_nbgrader(exported: Course) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        utils = importlib.import_module("nbgrader.utils")
        nbformat = importlib.import_module("nbformat")
    book = nbformat.read(exported.root / "source" / GATHER / f"{STEM}.ipynb", as_version=4)
    marked = [cell for cell in book.cells if "nbgrader" in cell.metadata]

    assert marked
    assert all(cell.metadata.nbgrader.checksum == utils.compute_checksum(cell) for cell in marked)


def test_released_notebook_holds_neither_solutions_nor_hidden_tests(generated: Course) -> None:
    text = (generated.root / "release" / GATHER / f"{STEM}.ipynb").read_text()

    assert "raise NotImplementedError()" in text
    assert "# Blank 2 (5 points): the suspension point" in text
    for secret in (
        "asyncio.gather(",
        "asyncio.sleep(delaySeconds)",
        "BEGIN SOLUTION",
        "test_fetch_",
        "Heartbeat",
    ):
        assert secret not in text


def test_released_folder_holds_what_the_public_tests_need(generated: Course) -> None:
    there = {path.name for path in (generated.root / "release" / GATHER).iterdir()}

    assert there == {f"{STEM}.ipynb", "assignment.toml", "test_public.py", "README.md", "HINTS.md"}


class Silent:
    """Listens to an export, and says nothing."""

    def warn(self, text: str) -> None: ...

    def begin(self, run: Run) -> None: ...

    def take(self, report: SubmissionReport) -> None: ...


def export(course: Course, *, force: bool) -> Exported:
    assignment = load_assignment(course.clone, GATHER)
    return export_assignment(assignment, course.root, course.clone, GradeOptions(), Silent(), force=force)


def test_export_never_replaces_what_was_edited_unless_it_is_forced(new_course: NewCourse) -> None:
    course = new_course("again")
    path = course.root / "source" / GATHER / f"{STEM}.ipynb"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"21.1 Basic", b"My own title"))
    edited = path.read_bytes()
    with pytest.raises(UsageError, match=rf"{STEM}\.ipynb.*--force"):
        export(course, force=False)
    kept = path.read_bytes()
    done = export(course, force=True)

    assert kept == edited != before
    assert path.read_bytes() == before
    assert done.snippet == ""


def test_a_course_of_old_keeps_its_configuration_and_is_told_what_it_lacks(
    new_course: NewCourse, tmp_path: Path
) -> None:
    course = new_course("old")
    config = course.root / "nbgrader_config.py"
    config.write_text("c = get_config()\nc.CourseDirectory.source_directory = 'mine'\n")
    done = export(course, force=False)

    assert done.folder == course.root / "mine" / GATHER
    assert f"AUTOGRADER_CLONE', {str(course.clone)!r}" in done.snippet
    assert "AUTOGRADER" not in config.read_text()


def test_nothing_is_written_if_the_course_would_release_solutions(new_course: NewCourse) -> None:
    course = new_course("leaky")
    source = course.root / "source"
    shutil.rmtree(source)
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.GenerateAssignment.preprocessors = []\n")
    with pytest.raises(ReleaseRefused, match=r"asyncio\.sleep\(delaySeconds\)"):
        export(course, force=False)

    assert not source.exists()


# -- a student's own machine ------------------------------------------------------------------------------------------


def students_machine(course: Course) -> dict[str, str]:
    """Return the environment of a machine without hidden tests: the course's configuration is not there either."""
    (course.root / "nbgrader_config.py").unlink(missing_ok=True)
    return dict(course.environment)


def test_without_hidden_tests_the_same_cells_run_the_public_ones(new_course: NewCourse) -> None:
    course = new_course("student")
    environment = students_machine(course)
    book = course.released()
    folder = course.root / "release" / GATHER
    (folder / "good.ipynb").write_bytes(fill(book, reference()))
    (folder / "bad.ipynb").write_bytes(fill(book, wrong("blocking_sleep")))
    good = course.nbgrader("validate", f"release/{GATHER}/good.ipynb", environment=environment)
    bad = course.nbgrader("validate", f"release/{GATHER}/bad.ipynb", environment=environment)

    assert "Success! Your notebook passes all the tests." in good.stdout + good.stderr
    assert "the public tests" in bad.stdout
    assert "failed: " in bad.stdout
    assert "Traceback" not in bad.stdout
    assert EXERCISE not in bad.stderr
