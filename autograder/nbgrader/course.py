"""An assignment as a part of an nbgrader course: its source notebooks are made, proven and written.

::

    release    the reference solutions -> notebooks with nbgrader's marks, in memory
    nbgrader   the same as its `generate_assignment` releases them: nothing of solutions and hidden tests is left
    pipeline   both graded like any submission: full marks, and none
    disk       source/<assignment>/ of the course, and its configuration where there is none yet
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from autograder.errors import ConfigurationError, GraderError, ReleaseRefused, UsageError
from autograder.grading.collection import Suite, collect_suite
from autograder.model import (
    PUBLIC_TESTS,
    Assignment,
    GradeOptions,
    Outcome,
    Status,
    SubmissionReport,
)
from autograder.nbgrader.extra import import_extra
from autograder.nbgrader.handed_in import read_notebooks
from autograder.nbgrader.settings import CONFIG, Course, open_course
from autograder.nbgrader.source import notebook_id, source_notebook
from autograder.notebook import CLONE
from autograder.outputs.whole_file import whole_bytes
from autograder.pipeline import Listener, Run, grade_submissions
from autograder.release import Reference, check_points, read_reference
from autograder.release.hints import hints_page
from autograder.release.leaks import Secrets
from autograder.release.public_settings import public_settings

SOURCE = "source notebooks"
RELEASED = "released notebooks"

_MOST_LISTED = 10

_CONFIG = """\
# Settings of this nbgrader course for assignments that autograder has made.
import os

c = get_config()

# Test cells find the hidden tests here when nbgrader runs them on this machine. Students have no such folder.
os.environ.setdefault({variable!r}, {clone!r})

# What the course is called in the gradebook and in the exchange.
c.CourseDirectory.course_id = {course!r}

# A test cell grades the whole notebook, with a limit for each test of its own: give it time.
c.Execute.timeout = 120
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export has written, and what is left to do by hand."""

    folder: Path
    files: tuple[str, ...]
    points: Decimal
    snippet: str = ""
    """Lines that the course's own configuration lacks; empty if it was written or has them."""


def points_by_concept(assignment: Assignment, suite: Suite) -> dict[str, dict[str, Decimal]]:
    """Return exercise id to concept to what its hidden tests are worth together.

    Raise `ConfigurationError` if the suite cannot be graded with or its sums are not those of ``assignment.toml``.
    """
    if suite.problem:
        raise ConfigurationError(suite.problem)
    points: dict[str, dict[str, Decimal]] = {each.id: {} for each in assignment.exercises}
    for test in suite.tests:
        of = points[test.exercise]
        of[test.concept] = of.get(test.concept, Decimal(0)) + test.points
    for exercise in assignment.exercises:
        total = sum(points[exercise.id].values(), Decimal(0))
        if total != exercise.points:
            raise ConfigurationError(
                f"exercise {exercise.id}: its tests are worth {total} points together, "
                f"but assignment.toml gives {exercise.points}."
            )
    return points


def export_assignment(
    assignment: Assignment, root: Path, clone: Path, options: GradeOptions, listener: Listener, *, force: bool
) -> Exported:
    """Write the source notebooks of an assignment, and what lies beside them, into an nbgrader course.

    ``clone`` is the folder with the hidden tests, which the course's configuration names. ``force`` replaces files
    that were changed since. Raise `ReleaseRefused` if what nbgrader would release from it gives secrets away or the
    tests are not sound, `UsageError` and its kind for what the caller can mend; then nothing is written.
    """
    if "+" in assignment.id:
        raise UsageError(
            f"{assignment.id}: nbgrader takes no assignment with a + in its name. Rename its folders."
        )
    if not root.exists():
        if not root.parent.is_dir():
            raise UsageError(f"{root}: there is no folder {root.parent}. Make it first.")
        root.mkdir()
    course = open_course(root)
    points = points_by_concept(assignment, collect_suite(assignment, options))
    references = {}
    for exercise in assignment.exercises:
        references[exercise.id] = read_reference(assignment.solutions / exercise.file)
        check_points(references[exercise.id], exercise)
    books = {
        notebook_id(exercise): source_notebook(
            assignment, exercise, references[exercise.id], points[exercise.id]
        )
        for exercise in assignment.exercises
    }
    beside = _files_beside(assignment, references)
    folder = course.source(assignment.id)
    _check_place(folder, {**_files(books), **beside}, force)
    released = {name: _as_released(course, book, name) for name, book in books.items()}
    _refuse_leaks(assignment, references, {**_files(released), **beside})
    _prove(assignment, _files(books), _files(released), options, listener)
    _write(folder, {**_files(books), **beside})
    return Exported(
        folder=folder,
        files=tuple(sorted([*_files(books), *beside])),
        points=assignment.points,
        snippet=_configure(course.root, clone),
    )


def _files_beside(assignment: Assignment, references: Mapping[str, Reference]) -> dict[str, bytes]:
    """Return what lies beside the notebooks, in the released assignment too: what the public tests need, and texts."""
    named = [(exercise, references[exercise.id]) for exercise in assignment.exercises]
    files = {
        "HINTS.md": hints_page(assignment, named).encode(),
        "assignment.toml": public_settings(assignment).encode(),
    }
    for path in (assignment.folder / "README.md", assignment.public_tests):
        try:
            files[path.name] = path.read_bytes()
        except OSError as error:
            raise ConfigurationError(
                f"{path}: students need it, and it cannot be read ({error.strerror}). Write it first."
            ) from error
    return files


def _files(books: Mapping[str, Any]) -> dict[str, bytes]:
    writes = import_extra("nbformat").writes
    return {f"{name}.ipynb": (str(writes(book)).rstrip("\n") + "\n").encode() for name, book in books.items()}


def _as_released(course: Course, book: Any, name: str) -> Any:
    """Return the notebook as nbgrader's ``generate_assignment`` releases it, with the course's own settings."""
    converters = import_extra("nbgrader.converters")
    converter = converters.GenerateAssignment(coursedir=course.app.coursedir, parent=course.app)
    where = {"notebook": name, "assignment": "", "student": ".", "db_url": course.database}
    resources: dict[str, Any] = {"nbgrader": where}
    book = copy.deepcopy(book)
    for preprocessor in converter.preprocessors:
        if preprocessor.__name__ == "SaveCells":
            continue  # it writes the notebook into the gradebook
        try:
            book, resources = preprocessor(parent=course.app).preprocess(book, resources)
        except Exception as error:
            raise ConfigurationError(
                f"{course.root / CONFIG}: nbgrader's {preprocessor.__name__} fails on {name} ({error}): "
                "do its settings change nbgrader's marks?"
            ) from error
    return book


def _refuse_leaks(
    assignment: Assignment, references: Mapping[str, Reference], files: Mapping[str, bytes]
) -> None:
    leaks = Secrets(references.values(), assignment.hidden_tests).find(files, PUBLIC_TESTS)
    if leaks:
        raise ReleaseRefused(
            "nothing was written, since what nbgrader would release gives secrets away:\n"
            + "\n".join(map(str, leaks[:_MOST_LISTED]))
            + f"\nTake this out of where it comes from, or of {CONFIG} if that changes nbgrader's marks."
        )


class _Proof:
    """Listens to the grading of the notebooks, and passes on what the user should hear."""

    def __init__(self, listener: Listener) -> None:
        self.reports: dict[str, SubmissionReport] = {}
        self._listener = listener

    def warn(self, text: str) -> None:
        """Pass a warning on."""
        self._listener.warn(text)

    def begin(self, run: Run) -> None:
        """Need not be told."""

    def take(self, report: SubmissionReport) -> None:
        """Keep a report."""
        self.reports[report.id] = report


def _prove(
    assignment: Assignment,
    source: Mapping[str, bytes],
    released: Mapping[str, bytes],
    options: GradeOptions,
    listener: Listener,
) -> None:
    """Raise `ReleaseRefused` unless the source notebooks get full marks, and the released ones none."""
    proof = _Proof(listener)
    submissions = [
        read_notebooks(RELEASED, released, assignment),
        read_notebooks(SOURCE, source, assignment),
    ]
    grade_submissions(assignment, submissions, replace(options, audit="never"), proof, jobs=2)
    for report in proof.reports.values():
        if report.status is not Status.GRADED:
            raise GraderError(f"the {report.id} could not be graded: {report.reason}")
    problems = [
        *_wrong(proof.reports[SOURCE], "does not pass", gained=False),
        *_wrong(proof.reports[RELEASED], "passes", gained=True),
    ]
    if problems:
        raise ReleaseRefused("nothing was written, since the tests are not sound:\n" + "\n".join(problems))


def _wrong(report: SubmissionReport, verb: str, *, gained: bool) -> Iterator[str]:
    tests = [test for exercise in report.exercises for test in exercise.tests]
    found = [test for test in tests if (test.outcome is Outcome.PASSED) is gained]
    if found:
        yield f"the {report.id} get {report.score:f} of {report.max_score:f} points. Tests that it {verb}:"
        yield from (f"  {test.exercise} {test.name}" for test in found[:_MOST_LISTED])


def _check_place(folder: Path, files: Mapping[str, bytes], force: bool) -> None:
    """Raise `UsageError` if these files would replace others, unless that is forced."""
    try:
        changed = [
            name
            for name, content in files.items()
            if (folder / name).is_file() and (folder / name).read_bytes() != content
        ]
    except OSError as error:
        raise UsageError(f"{folder}: cannot be read ({error.strerror}). Make it readable.") from error
    if changed and not force:
        raise UsageError(
            f"{folder}: these files are there already, and not the same: {', '.join(sorted(changed))}. "
            "Nothing was written. Add --force to replace them."
        )


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made ({error.strerror}). Give another COURSE_DIR.") from error
    for name, content in files.items():
        with whole_bytes(folder / name) as stream:
            stream.write(content)


def _configure(root: Path, clone: Path) -> str:
    """Write the course's configuration if there is none; else return what it lacks."""
    name = re.sub(r"[^a-zA-Z0-9_-]", "_", root.name)
    text = _CONFIG.format(variable=CLONE, clone=str(clone), course=name)
    path = root / CONFIG
    if path.exists():
        return "" if CLONE in path.read_text("utf-8", "replace") else text
    with whole_bytes(path) as stream:
        stream.write(text.encode())
    return ""
