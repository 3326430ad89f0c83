"""READ FIRST: what happens in a grading run, step by step. Everything else hangs on one of these steps.

::

    catalogue   which assignment, what it asks for, what it is worth
    intake      paths -> submissions, as bytes
    jail        can student code be locked in on this machine?
    engines     each submission, in a worker process: grading runs the hidden suite, with the student's code in a jail
    scoring     (in the worker) rows of tests -> a report
    outputs     who listens gets each report as soon as it is there

A full report is handed on and forgotten: over thousands of submissions only scores are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from autograder.catalogue import choose_assignment, find_root
from autograder.engines import grade_all
from autograder.errors import ConfigurationError
from autograder.intake import Reading, check_paths, names_handed_in, read_handed_in
from autograder.intake.attempts import best_of
from autograder.jail.host import BACKENDS, choose_jail
from autograder.model import Assignment, ClassReport, GradeOptions, Submission, SubmissionReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is known about a run before the first submission is graded."""

    assignment: Assignment
    seed: int
    jail: str
    submissions: tuple[str, ...]
    """Ids, in name order."""


class Listener(Protocol):
    """Who hears what happens during a run. An exception that it raises ends the run."""

    def warn(self, text: str) -> None:
        """Something was passed over."""

    def begin(self, run: Run) -> None:
        """Grading begins."""

    def take(self, report: SubmissionReport) -> None:
        """One submission is done, in the order of completion."""


def grade(
    paths: Sequence[Path],
    options: GradeOptions,
    listener: Listener,
    *,
    assignment_id: str | None = None,
    jobs: int = 1,
    leave_out: Path | None = None,
    reading: Reading | None = None,
    tell: Callable[[str], None] | None = None,
) -> ClassReport:
    """Grade what ``paths`` stand for, with ``jobs`` processes; return all scores, in name order, without the tests.

    ``leave_out`` is a folder that is no submission, wherever it lies (where the reports go); ``reading`` says where the
    submissions come from, and which attempts count; ``tell`` hears which paths were recognised as the export of a
    platform (default: the listener, as a warning). Raise `UsageError` and its kind for what the caller can mend,
    `JailUnavailable` and `GraderError` for what the machine or we did wrong.
    """
    reading = reading or Reading()
    reading.check()
    check_paths(paths)  # a slip of the pen would otherwise be told as files of no known assignment
    assignment = choose_assignment(find_root(Path.cwd(), paths), assignment_id, paths, names_handed_in)
    _check_suite(options.tests, assignment)
    handed_in = read_handed_in(
        paths, assignment, reading, leave_out=leave_out, warn=listener.warn, tell=tell or listener.warn
    )
    if not handed_in.best_of:
        return grade_submissions(assignment, handed_in.submissions, options, listener, jobs=jobs)
    best = _BestAttempts(listener, handed_in.best_of)
    scores = grade_submissions(assignment, handed_in.submissions, options, best, jobs=jobs)
    return best.only(scores)


def grade_submissions(
    assignment: Assignment,
    submissions: Sequence[Submission],
    options: GradeOptions,
    listener: Listener,
    *,
    jobs: int = 1,
) -> ClassReport:
    """Grade submissions that were read already, as `grade` does; their ids are unique and in name order.

    Raise `ConfigurationError`, `JailUnavailable` and `GraderError`.
    """
    _check_suite(options.tests, assignment)
    options = replace(options, jail=_choose_jail(options, assignment, listener))
    ids = tuple(submission.id for submission in submissions)
    listener.begin(Run(assignment=assignment, seed=options.seed, jail=options.jail, submissions=ids))

    scores: dict[str, SubmissionReport] = {}

    def take(report: SubmissionReport) -> None:
        scores[report.id] = _without_tests(report)
        listener.take(report)

    grade_all(assignment, submissions, options, jobs, take)
    return ClassReport(
        assignment=assignment.id,
        seed=options.seed,
        jail=options.jail,
        submissions=tuple(scores[each] for each in ids),
    )


class _BestAttempts:
    """Hands on one report for each student, the one with the highest score, when all attempts are graded."""

    def __init__(self, listener: Listener, best_of: Mapping[str, Sequence[str]]) -> None:
        self._listener = listener
        self._attempts = best_of
        self._student = {attempt: student for student, attempts in best_of.items() for attempt in attempts}
        self._waiting: dict[str, dict[str, SubmissionReport]] = {student: {} for student in best_of}
        self._best: dict[str, SubmissionReport] = {}

    def warn(self, text: str) -> None:
        self._listener.warn(text)

    def begin(self, run: Run) -> None:
        others = [each for each in run.submissions if each not in self._student]
        self._listener.begin(replace(run, submissions=tuple(sorted([*others, *self._attempts]))))

    def take(self, report: SubmissionReport) -> None:
        student = self._student.get(report.id)
        if student is None:
            self._listener.take(report)
            return
        waiting = self._waiting[student]
        waiting[report.id] = report
        if len(waiting) == len(self._attempts[student]):
            best = best_of(student, [waiting[each] for each in self._attempts[student]])
            waiting.clear()
            self._best[student] = _without_tests(best)
            self._listener.take(best)

    def only(self, scores: ClassReport) -> ClassReport:
        """Return the scores of a run with those attempts only that count."""
        others = [each for each in scores.submissions if each.id not in self._student]
        kept = sorted([*others, *self._best.values()], key=lambda report: report.id)
        return replace(scores, submissions=tuple(kept))


def _choose_jail(options: GradeOptions, assignment: Assignment, listener: Listener) -> str:
    choice = choose_jail(options.jail, assignment.require, options.python)
    for reason in choice.passed_over:
        listener.warn(reason)
    if choice.passed_over:
        listener.warn(f"grading in the {choice.backend} jail: {BACKENDS[choice.backend].promise}")
    return choice.backend


def _check_suite(given: Path | None, assignment: Assignment) -> None:
    folder = given or assignment.hidden_tests
    what = f"--tests {folder}" if given else str(folder)
    if not folder.is_dir():
        what_is_there = "this is a file" if folder.exists() else "there is no such folder"
        raise ConfigurationError(f"{what}: {what_is_there}. Give --tests the folder of the hidden tests.")
    if not any(folder.rglob("test_*.py")):
        raise ConfigurationError(
            f"{what}: there is no hidden test in it (a file named test_*.py). Give --tests another folder."
        )


def _without_tests(report: SubmissionReport) -> SubmissionReport:
    exercises = tuple(replace(exercise, tests=()) for exercise in report.exercises)
    return replace(report, exercises=exercises, findings=())
