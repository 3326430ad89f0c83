"""What a student is told before handing in: which blanks are open, and what the public tests say of the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.catalogue import Blank
from autograder.errors import GraderError
from autograder.model import Exercise, Outcome, Submission, SubmissionReport, TestResult

from .blanks import OpenBlank, Traces, blank_that_stopped, read_blanks
from .public import Blanks, run_public_tests
from .workplace import Workplace

FORMAT = "autograder-check/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCheck:
    """What one public test says."""

    __test__ = False  # pytest would otherwise try to collect it

    result: TestResult
    blanks: tuple[int, ...]
    waits_for: tuple[int, ...] = ()
    """Open blanks without which it cannot pass; then it has not failed, it waits."""
    line: int = 0
    """Line of the student's file that it is about, 0 if none can be named."""
    cell: int = 0
    """In a notebook: the number of the cell in which the line is counted."""
    hints: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the test has passed."""
        return self.result.outcome is Outcome.PASSED

    @property
    def failed(self) -> bool:
        """Whether it says that something filled in is wrong."""
        return not self.passed and not self.waits_for


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseCheck:
    """What is known about one exercise."""

    exercise: Exercise
    file: str
    """What was checked: its file, or its notebook."""
    missing: str = ""
    """Why its file could not be checked; empty if it was."""
    open_blanks: tuple[OpenBlank, ...] = ()
    """In the order of their numbers."""
    tests: tuple[TestCheck, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is left to do, as far as the public tests know."""
        return not self.missing and not self.open_blanks and all(test.passed for test in self.tests)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What is known about all exercises that were to be checked."""

    assignment: str
    seed: int
    exercises: tuple[ExerciseCheck, ...]
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is left to do, as far as the public tests know."""
        return all(each.passed for each in self.exercises)


def check_workplace(place: Workplace, seed: int, hints: int) -> CheckReport:
    """Run the public tests on a student's own files; tell ``hints`` levels of the manifest's hints.

    Raises `ConfigurationError` if the tests cannot be used, `GraderError` if we have failed.
    """
    blanks, report = _run(place, seed)
    return explain(place, blanks, report, seed, hints)


def explain(
    place: Workplace, blanks: Blanks, report: SubmissionReport | None, seed: int, hints: int
) -> CheckReport:
    """Say what a run of the public tests means for a student's own files; no report: none of them is there."""
    rows = {each.id: each.tests for each in report.exercises} if report is not None else {}
    checks = []
    for exercise in place.exercises:
        notebook = place.notebooks.get(exercise.file)
        file = exercise.file if notebook is None else notebook.name
        if exercise.id in place.missing:
            checks.append(ExerciseCheck(exercise=exercise, file=file, missing=place.missing[exercise.id]))
            continue
        told = {each.number: each for each in place.bundle.blanks.get(exercise.id, ())}
        traces = read_blanks(place.files[exercise.file], notebook)
        checks.append(_Exercise(exercise, file, blanks, traces, told, hints).check(rows[exercise.id]))
    return CheckReport(
        assignment=place.bundle.assignment.id, seed=seed, exercises=tuple(checks), notes=place.notes
    )


def _run(place: Workplace, seed: int) -> tuple[Blanks, SubmissionReport | None]:
    assignment = place.bundle.assignment
    chosen = tuple(each.id for each in place.exercises if each.id not in place.missing)
    if not chosen:
        return {}, None
    reports: list[SubmissionReport] = []
    submission = Submission(id="check", files=place.files, notebooks=place.notebooks, exercises=chosen)
    blanks = run_public_tests(assignment, iter([submission]), reports.append, seed)
    if reports[0].reason:
        raise GraderError(
            f"{reports[0].reason}. If {assignment.public_tests.name} was changed, take the released one again."
        )
    return blanks, reports[0]


class _Exercise:
    """What is known beforehand about one exercise, to put its rows in relation to."""

    def __init__(
        self,
        exercise: Exercise,
        file: str,
        blanks: Blanks,
        traces: Traces,
        told: dict[int, Blank],
        hints: int,
    ) -> None:
        self._exercise = exercise
        self._file = file
        self._blanks = blanks
        self._traces = traces
        self._told = told
        self._hints = hints

    def check(self, rows: Sequence[TestResult]) -> ExerciseCheck:
        """Say what the rows mean."""
        still_open = self._still_open(rows)
        return ExerciseCheck(
            exercise=self._exercise,
            file=self._file,
            open_blanks=tuple(self._told_of(still_open[number]) for number in sorted(still_open)),
            tests=tuple(self._test(row, still_open) for row in rows),
        )

    def _still_open(self, rows: Sequence[TestResult]) -> dict[int, OpenBlank]:
        """Return the open blanks: those that the text shows, unless their tests pass, and those that ended a test."""
        found = dict(self._traces.open)
        for row in rows:
            stopped_by = blank_that_stopped(row.message)
            if stopped_by is not None and stopped_by not in found:
                found[stopped_by] = OpenBlank(number=stopped_by, line=0, prompt="")
        for row in rows:
            if row.outcome is Outcome.PASSED:
                for number in self._blanks[row.name]:
                    # The call stands where it does no harm, such as behind the student's own return.
                    found.pop(number, None)
        return found

    def _told_of(self, blank: OpenBlank) -> OpenBlank:
        told = self._told.get(blank.number)
        if told is None:
            return blank
        return replace(blank, prompt=told.prompt, hints=told.hints[: self._hints])

    def _test(self, row: TestResult, still_open: dict[int, OpenBlank]) -> TestCheck:
        about = self._blanks[row.name]
        if row.outcome is Outcome.PASSED:
            return TestCheck(result=row, blanks=about)
        waits_for = tuple(number for number in about if number in still_open)
        if not waits_for:
            stopped_by = self._stopped_by(row, still_open)
            waits_for = () if stopped_by is None else (stopped_by,)
        if waits_for:
            cell, line = still_open[waits_for[0]].cell, still_open[waits_for[0]].line
        else:
            cell, line = self._place(row, about)
        return TestCheck(
            result=row,
            blanks=about,
            waits_for=waits_for,
            line=line,
            cell=cell,
            hints=tuple(
                hint for each in about if each in self._told for hint in self._told[each].hints[: self._hints]
            ),
        )

    def _stopped_by(self, row: TestResult, still_open: dict[int, OpenBlank]) -> int | None:
        """Return the blank that ended the test: it says so itself, unless the function blank is not there any more."""
        cell, line = _place_named(row, self._file)
        at_line = (
            number
            for number, blank in still_open.items()
            if line and (blank.cell, blank.line) == (cell, line)
        )
        said = blank_that_stopped(row.message)
        return said if said in still_open else next(at_line, None)

    def _place(self, row: TestResult, about: tuple[int, ...]) -> tuple[int, int]:
        """Return cell and line that the message names, else where the first of the test's blanks was."""
        if row.outcome is Outcome.CRASHED:
            return 0, 0  # the whole process has died, of whatever
        named = _place_named(row, self._file)
        if named[1]:
            return named
        comments = self._traces.comments
        return next((comments[number] for number in about if number in comments), (0, 0))


_PLACE = r"(?:cell (\d{1,7}), )?line (\d{1,7})"


def _place_named(row: TestResult, file: str) -> tuple[int, int]:
    """Return cell and line of the student's file that a message names, 0 for each that it does not name."""
    found: list[tuple[str, str]] = []
    if row.outcome is Outcome.STUDENT_ERROR:
        found = re.findall(rf"{re.escape(file)}, {_PLACE}", row.message)[-1:]
    elif row.outcome is Outcome.TIMED_OUT:
        found = re.findall(f", {_PLACE}", row.message)[:1]
    return next(((int(cell or 0), int(line)) for cell, line in found), (0, 0))
