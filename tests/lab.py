"""Fixtures with which the tests of jail, testing and grading run student code for real: no doubles of our own parts."""

import contextlib
import itertools
import sys
import textwrap
from collections.abc import Awaitable, Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from autograder.grading import run_suite
from autograder.jail.host import BACKENDS, Interpreter, Jail, find_interpreter
from autograder.jail.limits import JailLimits
from autograder.model import Assignment, Exercise, GradeOptions, Limits, Submission, SubmissionReport
from autograder.testing.clock import TrustedLoop, World
from autograder.testing.link import Link
from autograder.testing.student import Script, Student

OTHER_PYTHONS = tuple(
    Path(f"/root/.pyenv/versions/{version}/bin/python3") for version in ("3.12.1", "3.13.0")
)
FILE = "ex.py"


class Bench:
    """One submission in a jail of its own; each `student` and each `run` is a fresh child."""

    def __init__(self, jail: Jail) -> None:
        self.jail = jail
        self.link: Link

    @contextlib.contextmanager
    def student(self, limits: JailLimits | None = None, file: str = FILE) -> Iterator[Student]:
        """Give the loaded module, outside any event loop."""
        limits = limits or JailLimits()
        world = World()
        world.limit_ns = limits.virtual_ns
        link = self.link = Link(world, self.jail.fork(limits))
        world.link = link
        try:
            module = link.sync("load", 0, (file,))
            world.ns = 0
            yield Student(link, module)
        finally:
            link.finish()

    def run(self, body: Callable[[Student], Awaitable[Any]], limits: JailLimits | None = None) -> Any:
        """Run a coroutine function of the test's with the module, as the plugin would; return what it returns."""
        import asyncio

        with self.student(limits) as student:
            with asyncio.Runner(loop_factory=lambda: TrustedLoop(self.link.world)) as runner:
                try:
                    result = runner.run(body(student))
                finally:
                    self.link.draining = True
            if self.link.failure is not None:
                raise self.link.failure
            return result

    def script(self, limits: JailLimits | None = None, file: str = FILE) -> Script:
        """Run the file as a program."""
        world = World()
        link = self.link = Link(world, self.jail.fork(limits or JailLimits()))
        world.link = link
        try:
            report = link.sync("script", 0, (file,))
            return Script(link, report["status"], report["error"], report["where"])
        finally:
            link.finish()


MakeBench = Callable[..., Bench]


@pytest.fixture
def python() -> Path | None:
    """The interpreter inside the jail; None is the one that runs the tests."""
    return None


@pytest.fixture(params=["bwrap"])
def backend(request: pytest.FixtureRequest) -> str:
    """The jail; tests that are cheap enough ask for all of them with `every_backend`."""
    return str(request.param)


every_backend = pytest.mark.parametrize("backend", list(BACKENDS), indirect=True)
every_python = pytest.mark.parametrize(
    "python",
    [
        pytest.param(None, id=f"{sys.version_info[0]}.{sys.version_info[1]}"),
        *(
            pytest.param(
                path,
                id=path.parts[-3],
                marks=pytest.mark.skipif(not path.exists(), reason=f"there is no {path} here"),
            )
            for path in OTHER_PYTHONS
        ),
    ],
)


@pytest.fixture
def bench(backend: str, python: Path | None) -> Iterator[MakeBench]:
    """Return a function that puts a submission (source text, or files) into a jail."""
    interpreter: Interpreter = find_interpreter(python)
    with contextlib.ExitStack() as stack:

        def make(source: str | bytes = "", **files: str | bytes) -> Bench:
            contents = {FILE: source} | {name.replace("__", "."): text for name, text in files.items()}
            jail = stack.enter_context(Jail(backend, interpreter))
            jail.start({name: _bytes(text) for name, text in contents.items()})
            return Bench(jail)

        yield make


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else textwrap.dedent(text).encode()


_suites = itertools.count()


class Grader:
    """Grades submissions with a suite written in the test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.jail = ""

    def assignment(self, suite: str | dict[str, str], points: int, limits: Limits) -> Assignment:
        """Write the suite down; each has a file name of its own."""
        tests = self._folder / f"suite{next(_suites)}"
        tests.mkdir()
        for name, text in (suite if isinstance(suite, dict) else {"test_suite.py": suite}).items():
            (tests / name).write_text(textwrap.dedent(text))
        exercise = Exercise(id="1", title="One", file=FILE, points=Decimal(points))
        return Assignment(
            id="trial",
            title="Trial",
            folder=self._folder,
            solutions=self._folder,
            hidden_tests=tests,
            exercises=(exercise,),
            limits=limits,
        )

    def __call__(
        self,
        suite: str | dict[str, str],
        submissions: dict[str, Any],
        *,
        points: int = 10,
        seed: int = 0,
        jail: str = "bwrap",
        python: Path | None = None,
        limits: Limits | None = None,
    ) -> dict[str, SubmissionReport]:
        """Return the reports by submission id; a submission is the text of its one file, or its files."""
        assignment = self.assignment(suite, points, limits or Limits())
        reports: dict[str, SubmissionReport] = {}

        def keep(report: SubmissionReport) -> None:
            assert report.id not in reports
            reports[report.id] = report

        given = (
            Submission(
                id=name,
                files={
                    file: _bytes(text)
                    for file, text in (what if isinstance(what, dict) else {FILE: what}).items()
                },
            )
            for name, what in submissions.items()
        )
        options = GradeOptions(seed=seed, jail=jail, python=python)
        self.jail = run_suite(assignment, given, keep, options)
        return reports


@pytest.fixture
def grade(tmp_path: Path) -> Grader:
    """Return a function that grades submissions with a suite, through the whole of `autograder.grading`."""
    return Grader(tmp_path)


def outcomes(report: SubmissionReport) -> dict[str, str]:
    """Return test name to outcome."""
    return {row.name: str(row.outcome) for exercise in report.exercises for row in exercise.tests}


def messages(report: SubmissionReport) -> dict[str, str]:
    """Return test name to message."""
    return {row.name: row.message for exercise in report.exercises for row in exercise.tests}
