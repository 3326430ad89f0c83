"""The public tests of an assignment: the same session, clock and fixtures as the hidden ones, but nothing to earn.

Students have them and may change them. So they are read once and collected from a copy: what else lies in a student's
folder, a ``conftest.py`` or an ``__init__.py``, takes no part, and nothing is written there.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from autograder.errors import ConfigurationError, GraderError
from autograder.model import Assignment, GradeOptions, Submission

from .suite import GradingSession, Report, run_session

Blanks = dict[str, tuple[int, ...]]
"""Test name to the numbers of the blanks, of the test's exercise, that it is about."""


def run_public_tests(
    assignment: Assignment, submissions: Iterator[Submission], report: Report, seed: int, jail: str = "plain"
) -> Blanks:
    """Run the public tests on submissions one after another; call ``report`` for each, then ask for the next.

    Every row of such a report is worth 0 points. Raises `ConfigurationError` if the tests cannot be used.
    """
    path = assignment.public_tests
    source = _read(path)
    worthless = tuple(replace(exercise, points=Decimal(0)) for exercise in assignment.exercises)
    options = GradeOptions(seed=seed, jail=jail, audit="never")
    with tempfile.TemporaryDirectory(prefix="autograder-public-") as made:
        copy = Path(made) / path.name
        try:
            copy.write_bytes(source)
        except OSError as error:
            raise GraderError(f"{made}: cannot be written ({error.strerror}). Is the disk full?") from error
        session = _PublicSession(replace(assignment, exercises=worthless), submissions, report, options, jail)
        try:
            run_session(session, copy, "--noconftest")
        except ConfigurationError as error:
            raise ConfigurationError(_complaint(path, source, _renamed(str(error), copy, path))) from error
    return session.blanks


def _renamed(text: str, copy: Path, path: Path) -> str:
    """Name the student's own file in place of the copy, which pytest may also call by a path from where it runs."""
    anyhow = re.compile(r"\S*" + re.escape(os.path.join(copy.parent.name, copy.name)))
    return anyhow.sub(lambda found: str(path), text.replace(str(copy), str(path)))


_ADVICE = "Take the file from the released bundle again."


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{path}: the public tests cannot be read ({error.strerror}). {_ADVICE}"
        ) from error


def _complaint(path: Path, source: bytes, said: str) -> str:
    """Return why the tests cannot be used: of what is no Python, pytest tells in thirty lines what fits into one."""
    try:
        compile(source, str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        place = f"{path}:{getattr(error, 'lineno', None) or 1}"
        return f"{place}: the public tests are not valid Python: {error}. {_ADVICE}"
    return said


class _PublicSession(GradingSession):
    """Runs tests that say which blanks they are about, and carry no points."""

    kind = "public"
    advice = f" If it is a test of your own, give it such a mark as the others have. {_ADVICE}"

    def __init__(
        self,
        assignment: Assignment,
        submissions: Iterator[Submission],
        report: Report,
        options: GradeOptions,
        backend: str,
    ) -> None:
        super().__init__(assignment, submissions, report, options, backend)
        self.blanks: Blanks = {}

    def check_suite(self, items: list[pytest.Item]) -> None:
        """Raise `ConfigurationError` for tests that carry points or do not say what they are about."""
        for item in items:
            place = f"{item.path}: {item.name}"
            if item.get_closest_marker("points") is not None:
                raise ConfigurationError(f"{place}: a public test carries no points. Take its marker away.")
            marker = item.get_closest_marker("blanks")
            numbers = marker.args if marker is not None else ()
            if not all(type(number) is int and number > 0 for number in numbers):
                raise ConfigurationError(
                    f"{place}: its blanks are {numbers!r}; give their numbers, as in blanks(1, 4)."
                )
            self.blanks[item.name] = numbers
        super().check_suite(items)
