"""nbgrader's gradebook, written through its own interface: scores, comments, and what a person has to look at."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.errors import ConfigurationError, GraderError, UsageError
from autograder.model import Assignment, Exercise, Status, SubmissionReport
from autograder.nbgrader.extra import import_extra
from autograder.nbgrader.settings import Course
from autograder.nbgrader.source import Points, concept_of, notebook_id, test_cell_id
from autograder.nbgrader.wording import comment_text, concept_score, exercise_text, visible_lines
from autograder.outputs.export.audience import OUR_FAULT

UNGRADED = OUR_FAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a notebook as the gradebook knows it from ``nbgrader generate_assignment``."""

    id: str
    cell_type: str
    source: str
    checksum: str
    locked: bool
    grade: bool
    solution: bool
    task: bool
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A grade given by hand that stands although the automatic score has changed."""

    student: str
    notebook: str
    cell: str
    manual: float
    automatic: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a cell is worth to a student now: the grade that counts, and whether a person gave it."""

    score: float | None
    points: float
    by_hand: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What stands in the gradebook beside the points of cells."""

    comments: tuple[str, ...]
    """A person's."""
    penalty: float
    """Points that are taken off, since it was handed in late."""


class Gradebook:
    """The gradebook of a course, open for one assignment. Use it as a context manager."""

    def __init__(self, course: Course, assignment: Assignment, points: Mapping[str, Points]) -> None:
        """Open it; raise `UsageError` and its kind if the assignment is not in it as it is now."""
        self._course = course
        self._assignment = assignment
        self.cells: dict[str, tuple[Cell, ...]] = {}
        """Notebook to its cells, for all notebooks of the assignment: the teacher may have added some."""
        self.exercises = {notebook_id(each): each for each in assignment.exercises}
        """Notebook to exercise, for those that we have made."""
        api = import_extra("nbgrader.api")
        self._missing = api.MissingEntry
        with self._explained():
            self._check_file()
            self._book = api.Gradebook(course.database, course.id)
        try:
            with self._explained():
                self.cells = self._read_cells()
                for exercise in assignment.exercises:
                    self._check(exercise, points[exercise.id])
        except BaseException:
            self._book.close()
            raise

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def record(self, report: SubmissionReport, timestamp: datetime | None) -> list[Flag]:
        """Write what a report says about a student; ``timestamp`` is in UTC, without a zone, as nbgrader's are.

        Grades and comments given by hand stay. Where one differs from a score that has changed, it is marked for a
        person to look at, and returned. Raise `GraderError` if the gradebook does not take it.
        """
        flags: list[Flag] = []
        with self._explained():
            self._book.update_or_create_student(report.id)
            when = {} if timestamp is None else {"timestamp": str(timestamp)}
            entry = self._book.update_or_create_submission(self._assignment.id, report.id, **when)
            for name in self.cells:
                flags += self._record_notebook(report, name)
            self._book.db.commit()
            self._record_lateness(report.id, entry.total_seconds_late)
        return flags

    def standing(self, student: str, notebook: str) -> dict[str, Standing]:
        """Return cell's id to what it is worth to this student, for all graded cells of a notebook."""
        with self._explained():
            entry = self._book.find_submission_notebook(notebook, self._assignment.id, student)
            return {
                grade.name: Standing(
                    score=None if grade.needs_manual_grade and grade.manual_score is None else grade.score,
                    points=grade.max_score,
                    by_hand=grade.manual_score is not None,
                )
                for grade in entry.grades
            }

    def added_by_hand(self, student: str, notebook: str) -> Added:
        """Return what the gradebook says of a student's notebook beside the points of its cells."""
        with self._explained():
            entry = self._book.find_submission_notebook(notebook, self._assignment.id, student)
            return Added(
                comments=tuple(
                    dict.fromkeys(each.manual_comment for each in entry.comments if each.manual_comment)
                ),
                penalty=float(entry.late_submission_penalty or 0),
            )

    def _record_notebook(self, report: SubmissionReport, name: str) -> Iterator[Flag]:
        place = (name, self._assignment.id, report.id)
        exercise = self.exercises.get(name)
        graded = report.status is Status.GRADED
        chosen = [each for each in report.exercises if graded and exercise and each.id == exercise.id]
        of = chosen[0] if chosen else None
        for cell in self.cells[name]:
            if not (cell.grade or cell.task):
                continue
            concept = concept_of(cell.id)
            grade = self._book.find_grade(cell.id, *place)
            if exercise is None or concept is None:
                # A cell of the teacher's: what it is worth is for a person to say.
                grade.needs_manual_grade = grade.needs_manual_grade or grade.manual_score is None
                continue
            before = grade.auto_score
            grade.auto_score = None if of is None else float(concept_score(of.tests, concept))
            if grade.manual_score is None:
                grade.needs_manual_grade = of is None
            elif grade.auto_score != before:
                grade.needs_manual_grade = True
                if grade.manual_score != grade.auto_score:
                    yield Flag(
                        student=report.id,
                        notebook=name,
                        cell=cell.id,
                        manual=grade.manual_score,
                        automatic=grade.auto_score,
                    )
        first = next((cell.id for cell in self.cells[name] if cell.solution and not cell.grade), None)
        if first is not None and exercise is not None:
            text = exercise_text(report, exercise.id) if graded else visible_lines([UNGRADED])
            self._book.find_comment(first, *place).auto_comment = comment_text(text)

    def _record_lateness(self, student: str, seconds: float) -> None:
        """Let the course's own plugin say what lateness costs, for each notebook."""
        for name in self.cells:
            if seconds > 0:
                where = {"notebook": name, "assignment": self._assignment.id, "student": student}
                penalties = import_extra("nbgrader.preprocessors").AssignLatePenalties(
                    parent=self._course.app
                )
                empty = import_extra("nbformat").v4.new_notebook()
                penalties.preprocess(empty, {"nbgrader": {**where, "db_url": self._course.database}})
            else:
                entry = self._book.find_submission_notebook(name, self._assignment.id, student)
                entry.late_submission_penalty = None
        self._book.db.commit()

    def _check_file(self) -> None:
        """Raise `UsageError` if the gradebook is a file that is not there: it would be made, with nothing in it."""
        url = import_extra("sqlalchemy.engine").make_url(self._course.database)
        if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_file():
            raise UsageError(f"{url.database}: there is no such gradebook. {self._advice()}")

    def _advice(self) -> str:
        return f"Run first, in {self._course.root}: nbgrader generate_assignment {self._assignment.id}"

    def _read_cells(self) -> dict[str, tuple[Cell, ...]]:
        try:
            notebooks = self._book.find_assignment(self._assignment.id).notebooks
        except self._missing:
            notebooks = []
        missing = sorted(set(self.exercises) - {notebook.name for notebook in notebooks})
        if missing:
            raise UsageError(
                f"{self._course.root}: its gradebook does not know the notebook {missing[0]} of "
                f"{self._assignment.id}. {self._advice()}"
            )
        return {notebook.name: self._cells(notebook) for notebook in notebooks}

    def _cells(self, notebook: Any) -> tuple[Cell, ...]:
        grades = {cell.name: cell.max_score for cell in notebook.grade_cells}
        tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
        solutions = {cell.name for cell in notebook.solution_cells}
        return tuple(
            Cell(
                id=cell.name,
                cell_type=str(getattr(cell.cell_type, "value", cell.cell_type)),
                source=cell.source,
                checksum=cell.checksum or "",
                locked=bool(cell.locked),
                grade=cell.name in grades,
                solution=cell.name in solutions,
                task=cell.name in tasks,
                points=float(grades.get(cell.name, tasks.get(cell.name, 0.0))),
            )
            for cell in notebook.source_cells
        )

    def _check(self, exercise: Exercise, points: Points) -> None:
        """Raise `ConfigurationError` if the test cells are not those that the hidden suite has points for."""
        cells = self.cells[notebook_id(exercise)]
        there = {cell.id: cell.points for cell in cells if concept_of(cell.id) and cell.grade}
        wanted = {test_cell_id(concept): float(worth) for concept, worth in points.items()}
        if there != wanted:
            wrong = sorted(name for name in {*there, *wanted} if there.get(name) != wanted.get(name))
            raise ConfigurationError(
                f"{self._course.root}: in the gradebook, {notebook_id(exercise)} has other points than the hidden "
                f"tests of {exercise.id}, in {', '.join(wrong)}. Run `autograder nbgrader export {self._assignment.id} "
                f"{self._course.root} --force`, then in that folder `nbgrader generate_assignment "
                f"{self._assignment.id} --force`."
            )

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        sqlalchemy = import_extra("sqlalchemy.exc")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLAlchemy's, about nbgrader's models
            try:
                yield
            except sqlalchemy.SQLAlchemyError as error:
                reason = str(error).splitlines()[0]
                raise GraderError(
                    f"{self._course.database}: the gradebook cannot be used ({reason}). If another program has it "
                    "open, wait; if it is of an older nbgrader, back it up and run `nbgrader db upgrade`."
                ) from error
