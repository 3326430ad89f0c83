"""A bundle for students is made, proven and written: what `autograder release` does.

::

    release   the solutions, public tests and texts of an assignment -> a bundle, in memory, that gives nothing away
    engines   the reference and the untouched skeletons, graded like any submission: full marks, and none
    release   the bundle goes to its place, whole or not at all
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.engines import grade_all
from autograder.errors import ConfigurationError, GraderError, ReleaseRefused
from autograder.jail.host import choose_jail
from autograder.model import Assignment, GradeOptions, Outcome, Status, Submission, SubmissionReport
from autograder.release import Bundle, Destination, make_bundle

REFERENCE = "reference solution"
SKELETON = "untouched skeleton"

_MOST_TESTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was written, and where."""

    path: Path
    files: tuple[str, ...]
    reference: SubmissionReport
    skeleton: SubmissionReport


def publish(
    assignment: Assignment,
    to: Path,
    options: GradeOptions,
    warn: Callable[[str], None],
    *,
    force: bool = False,
) -> Published:
    """Write the bundle of an assignment to a folder, or to an archive if ``to`` ends with ``.zip``.

    ``force`` lets it overwrite what students have changed in an earlier bundle there. Raise `ReleaseRefused` if the
    reference does not get full marks, the skeletons get any, or the bundle would give secrets away; `UsageError` and
    its kind for a place that cannot take it and for solutions, tests or texts that are missing or broken;
    `JailUnavailable` and `GraderError` for what the machine or we did wrong. Then nothing is written.
    """
    tests = assignment.hidden_tests
    destination = Destination(
        to, [assignment.folder.parent, assignment.solutions.parent, tests.parent.parent]
    )
    if not any(tests.rglob("test_*.py")):
        raise ConfigurationError(
            f"{tests}: there is no hidden test (a file named test_*.py) that the reference could pass. "
            "Write some first."
        )
    bundle = make_bundle(assignment)
    destination.check(bundle.files, force)
    reference, skeleton = _grade(assignment, bundle, options, warn)
    problems = [*_lost(reference), *_gained(skeleton)]
    if problems:
        raise ReleaseRefused(
            "the bundle was not written, since its tests are not sound:\n" + "\n".join(problems)
        )
    destination.write(bundle.files, assignment.id, force)
    return Published(path=destination.path, files=tuple(bundle.files), reference=reference, skeleton=skeleton)


def _grade(
    assignment: Assignment, bundle: Bundle, options: GradeOptions, warn: Callable[[str], None]
) -> tuple[SubmissionReport, SubmissionReport]:
    choice = choose_jail(options.jail, assignment.require, options.python)
    for reason in choice.passed_over:
        warn(reason)
    reports: dict[str, SubmissionReport] = {}
    grade_all(
        assignment,
        [
            Submission(id=REFERENCE, files=dict(bundle.solutions)),
            Submission(id=SKELETON, files=dict(bundle.skeletons)),
        ],
        replace(options, jail=choice.backend, audit="never"),
        2,
        lambda report: reports.update({report.id: report}),
    )
    for report in reports.values():
        if report.status is not Status.GRADED:
            raise GraderError(f"the {report.id} could not be graded: {report.reason}")
    return reports[REFERENCE], reports[SKELETON]


def _lost(report: SubmissionReport) -> Iterator[str]:
    failed = [test for each in report.exercises for test in each.tests if test.outcome is not Outcome.PASSED]
    if not failed and report.score == report.max_score:
        return
    yield f"the {report.id} gets {report.score:f} of {report.max_score:f} points. Tests that it does not pass:"
    for test in failed[:_MOST_TESTS]:
        said = test.message.split("\n")[0][:200]
        yield f"  {test.exercise} {test.name}: {test.outcome.replace('_', ' ')}{f', {said}' if said else ''}"
    if len(failed) > _MOST_TESTS:
        yield f"  and {len(failed) - _MOST_TESTS} more"


def _gained(report: SubmissionReport) -> Iterator[str]:
    passed = [test for each in report.exercises for test in each.tests if test.score > 0]
    if not passed:
        return
    yield f"the {report.id} gets {report.score:f} of {report.max_score:f} points. Tests that it passes:"
    for test in passed[:_MOST_TESTS]:
        yield f"  {test.exercise} {test.name}"
    if len(passed) > _MOST_TESTS:
        yield f"  and {len(passed) - _MOST_TESTS} more"
