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

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from autograder.catalogue import choose_assignment, find_root
from autograder.engines import grade_all
from autograder.errors import ConfigurationError
from autograder.intake import check_paths, names_handed_in, read_paths
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
) -> ClassReport:
    """Grade what ``paths`` stand for, with ``jobs`` processes; return all scores, in name order, without the tests.

    ``leave_out`` is a folder that is no submission, wherever it lies (where the reports go). Raise `UsageError` and its
    kind for what the caller can mend, `JailUnavailable` and `GraderError` for what the machine or we did wrong.
    """
    check_paths(paths)  # a slip of the pen would otherwise be told as files of no known assignment
    assignment = choose_assignment(find_root(Path.cwd(), paths), assignment_id, paths, names_handed_in)
    _check_suite(options.tests, assignment)
    submissions = read_paths(paths, assignment, leave_out=leave_out, warn=listener.warn)
    return grade_submissions(assignment, submissions, options, listener, jobs=jobs)


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
