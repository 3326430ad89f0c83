"""Many programs in one jail, each a file for one exercise: a jail takes as long to start as a dozen tests take to run.

For programs that trust each other, such as those with which a suite is tried out. Never for what students hand in:
whoever breaks a jail would break it for the next.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from autograder.model import ExerciseReport, Outcome, Status, Submission, SubmissionReport, TestResult
from autograder.testing.plugin import mark_of
from autograder.testing.workbench import Workbench

from .suite import GradingSession, tear_down

SEPARATOR = "\t"
"""Between the parts of a note. Not a space: the name of a test with parameters may hold some."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which tests are to be run on one program of a batch."""

    enough: int
    """After so many that were not passed no more are run; 0: all are."""
    names: tuple[str, ...]
    """In the order in which they are to be run."""

    def note(self, number: int) -> str:
        """Return it as a note of the submission, for the program with this number."""
        return SEPARATOR.join((str(number), str(self.enough), *self.names))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where one program of a batch lies."""

    number: int
    exercise: str
    file: str


def folder(number: int) -> str:
    """Return the name of the folder in which a program of a batch lies."""
    return f"program{number}"


class BatchSession(GradingSession):
    """Grades submissions that are batches: their ``exercises`` name one exercise for each program.

    The file of program number N lies in a `folder` of its own, or at the top where there is none. Modules that it may
    import lie at the top. In the report there is an exercise for each program, with its number for an id; what went
    wrong with one is the message of its only row, a `Outcome.GRADER_ERROR`. A note of the submission, a `Choice`, says
    that only some tests are to be run on a program.
    """

    def _grade(self, submission: Submission, items: list[pytest.Item]) -> SubmissionReport:
        begin = time.perf_counter()
        reports: list[ExerciseReport] = []
        notes: list[str] = []
        limits = self._assignment.limits
        chosen = {
            int(number): Choice(int(enough), tuple(names))
            for number, enough, *names in (note.split(SEPARATOR) for note in submission.notes)
        }
        with Workbench(submission, self._backend, self._interpreter, limits, self._schedule) as bench:
            for number, exercise in enumerate(submission.exercises):
                file = self._assignment.exercise(exercise).file
                own = f"{folder(number)}/{file}"
                lies = own if own in submission.files else file
                own_items = [item for item in items if mark_of(item, "exercise", "") == exercise]
                choice = chosen.get(number) or Choice(0, tuple(item.name for item in own_items))
                place = _Place(number=number, exercise=exercise, file=lies)
                rows = self._rows(bench, place, _in_order(own_items, choice.names), choice.enough)
                reports.append(_report(number, rows))
                notes += (f"{number}{SEPARATOR}{note}" for note in self.notes())
        return SubmissionReport(
            id=submission.id,
            status=Status.GRADED,
            score=sum((report.score for report in reports), Decimal(0)),
            max_score=sum((report.max_score for report in reports), Decimal(0)),
            exercises=tuple(reports),
            notes=tuple(notes),
            wall_seconds=time.perf_counter() - begin,
        )

    def notes(self) -> tuple[str, ...]:
        """Return what is to be told about the program that was graded last."""
        return ()

    def _rows(
        self, bench: Workbench, place: _Place, items: list[pytest.Item], enough: int
    ) -> tuple[TestResult, ...]:
        """Run the tests of one program, until ``enough`` of them were not passed if that is not 0."""
        known = self._assignment.exercise(place.exercise)
        # What the workbench remembers of an exercise is remembered of this program alone.
        lies = replace(known, id=f"{known.id} {place.number}", file=place.file)
        self.plugin.begin(bench)
        self.plugin.exercises[place.exercise] = lies
        rows: list[TestResult] = []
        lost = 0
        try:
            for item in items:
                self._run(item, {each.name for each in items})
                rows.append(self._row(item))
                lost += rows[-1].outcome is not Outcome.PASSED
                if lost == enough != 0:
                    break
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - whatever it is, it must not cost the next program
            tear_down(items[0].session)
            reason = f"{type(error).__name__}: {error}"
            return tuple(
                replace(self._row(item), outcome=Outcome.GRADER_ERROR, message=reason) for item in items[:1]
            )
        return tuple(rows)


def _in_order(items: list[pytest.Item], names: tuple[str, ...]) -> list[pytest.Item]:
    """Return the items with these names, in the order of the names, but each after the one that it requires."""
    known = {item.name: item for item in items}
    order: dict[str, pytest.Item] = {}

    def put(name: str) -> None:
        needed = mark_of(known[name], "requires", None)
        if needed in names and needed not in order:
            put(needed)
        order[name] = known[name]

    for name in names:
        if name in known and name not in order:
            put(name)
    return list(order.values())


def _report(number: int, rows: tuple[TestResult, ...]) -> ExerciseReport:
    return ExerciseReport(
        id=str(number),
        title="",
        score=sum((row.score for row in rows), Decimal(0)),
        max_score=sum((row.max_score for row in rows), Decimal(0)),
        tests=rows,
    )
