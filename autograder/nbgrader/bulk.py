"""All that was handed in for an assignment of an nbgrader course is graded by our engine, in jails, without a kernel.

::

    settings     submitted/<student>/<assignment>/ of the course
    handed_in    a folder each -> submissions
    pipeline     graded, in parallel
    gradebook    scores and comments, through nbgrader's own interface
    autograded   autograded/<student>/<assignment>/, for the formgrader
    feedback     feedback/<student>/<assignment>/
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.errors import UsageError
from autograder.escape import visible
from autograder.grading.collection import collect_suite
from autograder.model import Assignment, ClassReport, GradeOptions, Submission, SubmissionReport
from autograder.nbgrader.autograded import autograded_notebook, replace_folder
from autograder.nbgrader.course import points_by_concept
from autograder.nbgrader.extra import import_extra
from autograder.nbgrader.feedback import notebook_page
from autograder.nbgrader.gradebook import Flag, Gradebook
from autograder.nbgrader.handed_in import read_bytes, read_submission
from autograder.nbgrader.settings import Course
from autograder.nbgrader.source import notebook_id
from autograder.pipeline import Listener, Run, grade_submissions

_TIMESTAMP = "timestamp.txt"
_SECRET = "submission_secret.txt"
"""What nbgrader's exchange has put beside the notebooks, and asks for when feedback is released."""
_LONGEST_TIMESTAMP = 100
_LONGEST_ID = 128
"""Characters that nbgrader's gradebook takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """What bulk grading has done."""

    scores: ClassReport
    flags: tuple[Flag, ...]
    """Grades given by hand that stand although the automatic score has changed."""


def grade_course(
    course: Course,
    assignment: Assignment,
    options: GradeOptions,
    listener: Listener,
    *,
    students: Collection[str] = (),
    jobs: int = 1,
) -> Graded:
    """Grade what was handed in for the assignment (of these students; empty: of all) and write it into the course.

    Raise `UsageError` and its kind for what the caller can mend, `JailUnavailable` and `GraderError` for what the
    machine or we did wrong. What was graded until then is in the gradebook.
    """
    folders = _choose(course, assignment, students)
    points = points_by_concept(assignment, collect_suite(assignment, options))
    with Gradebook(course, assignment, points) as gradebook:
        taken = dict(_usable(folders, listener))
        submissions = [read_submission(student, folder, assignment) for student, folder in taken.items()]
        writer = _Writer(course, assignment, gradebook, taken, submissions, listener)
        scores = grade_submissions(assignment, submissions, options, writer, jobs=jobs)
    return Graded(
        scores=scores, flags=tuple(sorted(writer.flags, key=lambda flag: (flag.student, flag.notebook)))
    )


def choose_assignment_id(course: Course, wanted: str | None, known: Collection[str]) -> str:
    """Return the id of the assignment to grade: the one that is wanted, else the only one of ours in the course."""
    if wanted is not None:
        return wanted
    here = [each for each in sorted(known) if course.source(each).is_dir()]
    if len(here) == 1:
        return here[0]
    if not here:
        raise UsageError(
            f"{course.root}: none of the assignments of this clone lies in it. Export one first: "
            f"autograder nbgrader export ASSIGNMENT {course.root}"
        )
    raise UsageError(
        f"{course.root}: there are several assignments in it. Say which: --assignment {' or '.join(here)}"
    )


def _choose(course: Course, assignment: Assignment, students: Collection[str]) -> dict[str, Path]:
    found = course.handed_in(assignment.id)
    place = course.folder("submitted", "STUDENT", assignment.id)
    missing = sorted(set(students) - set(found))
    if missing:
        raise UsageError(
            f"--student {missing[0]}: there is no folder {course.folder('submitted', missing[0], assignment.id)}."
        )
    if not found:
        raise UsageError(
            f"{course.root}: nothing was handed in for {assignment.id}: there is no folder {place}. "
            "Collect first: nbgrader collect, or nbgrader zip_collect."
        )
    return {student: found[student] for student in found if not students or student in students}


def _usable(folders: dict[str, Path], listener: Listener) -> Iterator[tuple[str, Path]]:
    for student, folder in folders.items():
        if len(student) > _LONGEST_ID or not student.isprintable():
            listener.warn(
                f"{visible(str(folder))} was passed over: this is no student's id that nbgrader takes"
            )
        else:
            yield student, folder


class _Writer:
    """Writes each report into the course as soon as it is there, and hands it on."""

    def __init__(
        self,
        course: Course,
        assignment: Assignment,
        gradebook: Gradebook,
        folders: dict[str, Path],
        submissions: Collection[Submission],
        listener: Listener,
    ) -> None:
        self.flags: list[Flag] = []
        # A notebook may have come under another name than nbgrader's.
        self._names = {
            each.id: {
                notebook_id(exercise): each.notebooks[exercise.file].name
                for exercise in assignment.exercises
                if exercise.file in each.notebooks
            }
            for each in submissions
        }
        self._course = course
        self._assignment = assignment
        self._gradebook = gradebook
        self._folders = folders
        self._listener = listener

    def warn(self, text: str) -> None:
        """Pass a warning on."""
        self._listener.warn(text)

    def begin(self, run: Run) -> None:
        """Pass it on."""
        self._listener.begin(run)

    def take(self, report: SubmissionReport) -> None:
        """Write one report."""
        student, folder = report.id, self._folders[report.id]
        stamp, timestamp = self._timestamp(student, folder)
        self.flags += self._gradebook.record(report, timestamp)
        notebooks, pages = {}, {}
        for name, cells in self._gradebook.cells.items():
            exercise = self._gradebook.exercises.get(name)
            handed_in = read_bytes(folder, self._names[student].get(name, f"{name}.ipynb"))
            exercise_id = "" if exercise is None else exercise.id
            notebooks[f"{name}.ipynb"] = autograded_notebook(handed_in, cells, report, exercise_id)
            if exercise is not None:
                pages[f"{name}.html"] = notebook_page(
                    report,
                    exercise,
                    self._gradebook.standing(student, name),
                    self._gradebook.added_by_hand(student, name),
                )
        beside = {} if timestamp is None else {_TIMESTAMP: stamp}
        secret = read_bytes(folder, _SECRET)
        if secret is not None:
            beside[_SECRET] = secret
        for step, files in (("autograded", notebooks), ("feedback", pages)):
            replace_folder(self._course.folder(step, student, self._assignment.id), {**files, **beside})
        self._listener.take(report)

    def _timestamp(self, student: str, folder: Path) -> tuple[bytes, datetime | None]:
        """Return when this was handed in, as text and as nbgrader reads it; None if that is not known."""
        content = read_bytes(folder, _TIMESTAMP)
        if content is None:
            return b"", None
        try:
            text = content[:_LONGEST_TIMESTAMP].decode().strip()
            parsed = import_extra("nbgrader.utils").parse_utc(text)
        except (ValueError, OverflowError, UnicodeDecodeError):
            parsed = None
        if not isinstance(parsed, datetime):
            self.warn(
                f"{student}: {_TIMESTAMP} holds no time, so nothing is known of when this was handed in"
            )
            return b"", None
        return content[:_LONGEST_TIMESTAMP], parsed
