"""What a hidden suite holds and whether it can be graded with, found out without grading anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest

from autograder.errors import ConfigurationError
from autograder.model import Assignment, GradeOptions
from autograder.testing.plugin import mark_of

from .suite import GradingSession, points_of, run_session


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenTest:
    """One test of a hidden suite, as its markers describe it."""

    name: str
    title: str
    path: Path
    line: int
    exercise: str
    concept: str
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A collected suite."""

    tests: tuple[HiddenTest, ...]
    problem: str = ""
    """Why it cannot be graded with, whatever points it gives; empty if it can."""


def collect_suite(assignment: Assignment, options: GradeOptions) -> Suite:
    """Collect the hidden tests; the jail of ``options`` is not started, and the points need not add up."""
    folder = options.tests or assignment.hidden_tests
    if not folder.is_dir():
        return Suite(tests=(), problem=f"{folder}: there is no such folder of hidden tests. Put them there.")
    session = _Collection(assignment, iter(()), lambda report: None, replace(options, audit="never"), "plain")
    try:
        run_session(session, folder)
    except ConfigurationError as error:
        return Suite(tests=tuple(session.found), problem=str(error))
    return Suite(tests=tuple(session.found))


def with_points_of(assignment: Assignment, suite: Suite) -> Assignment:
    """Return the assignment with as many points for each exercise as its tests have together.

    A suite whose points do not agree with ``assignment.toml`` can then be graded with all the same.
    """
    sums = {exercise.id: Decimal(0) for exercise in assignment.exercises}
    for test in suite.tests:
        if test.exercise in sums:
            sums[test.exercise] += test.points
    exercises = tuple(replace(each, points=sums[each.id]) for each in assignment.exercises)
    return replace(assignment, exercises=exercises)


class _Collection(GradingSession):
    """Keeps what was collected."""

    found: tuple[HiddenTest, ...] = ()

    def check_suite(self, items: list[pytest.Item]) -> None:
        """Take the tests down before they are checked."""
        self.found = tuple(_test(item) for item in items)
        self._assignment = with_points_of(self._assignment, Suite(tests=self.found))
        super().check_suite(items)


def _test(item: pytest.Item) -> HiddenTest:
    _, line, _ = item.reportinfo()
    text = (getattr(getattr(item, "obj", None), "__doc__", None) or item.name).strip()
    return HiddenTest(
        name=item.name,
        title=text.splitlines()[0],
        path=item.path,
        line=(line or 0) + 1,
        exercise=str(mark_of(item, "exercise", "")),
        concept=str(mark_of(item, "concept", "")),
        points=_points(item),
    )


def _points(item: pytest.Item) -> Decimal:
    try:
        return points_of(item)
    except InvalidOperation:
        given = mark_of(item, "points", None)
        raise ConfigurationError(
            f"{item.path}: {item.name}: its points are {given!r}; give a number."
        ) from None
