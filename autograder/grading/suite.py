"""The pytest session that grades: collects a hidden suite once, runs its tests for each submission."""

from __future__ import annotations

import contextlib
import inspect
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from autograder.audit import Audit, Auditor
from autograder.errors import AutograderError, ConfigurationError
from autograder.jail.host import Interpreter, check_name, choose_jail, find_interpreter, fix_addresses
from autograder.model import (
    CONCEPTS,
    REVEALS,
    VISIBILITIES,
    Assignment,
    Evidence,
    GradeOptions,
    Outcome,
    Submission,
    SubmissionReport,
    TestResult,
)
from autograder.scoring import score_submission
from autograder.testing.plugin import TestPlugin, mark_of
from autograder.testing.verdict import Verdict
from autograder.testing.workbench import Workbench

from .evidence import evidence_of
from .findings import findings_of

Report = Callable[[SubmissionReport], None]

_LAST_GUARD_SECONDS = 120


def run_suite(
    assignment: Assignment, submissions: Iterator[Submission], report: Report, options: GradeOptions
) -> str:
    """Grade submissions one after another; call ``report`` for each, then ask for the next.

    Returns the name of the jail. Raises `ConfigurationError` for a suite that cannot be trusted to grade,
    `JailUnavailable` when no jail can be started.
    """
    check_name(options.jail)
    backend = choose_jail("auto", python=options.python).backend if options.jail == "auto" else options.jail
    fix_addresses()
    folder = options.tests or assignment.hidden_tests
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: there is no such folder of hidden tests. Give --tests its path.")
    session = GradingSession(assignment, submissions, report, options, backend)
    run_session(session, folder)
    return backend


def run_session(session: GradingSession, tests: Path, *options: str) -> None:
    """Let pytest collect ``tests``, a folder or a file, and the session run them; ``options`` are more for pytest.

    Raises `ConfigurationError` if there is no test, or if they cannot be collected or trusted to grade.
    """
    folder = tests if tests.is_dir() else tests.parent
    arguments = [
        str(tests),
        *(
            "-c",
            os.devnull,
            "--rootdir",
            str(folder),
            "--confcutdir",
            str(folder),
        ),  # nothing of the folders above
        *("--import-mode=importlib", "--assert=plain"),
        *(
            "-p",
            "pytest_asyncio.plugin",
            "-p",
            "pytest_timeout",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:terminal",
        ),
        "--strict-markers",
        *(
            "-p",
            "no:unraisableexception",
            "-p",
            "no:threadexception",
        ),  # what the garbage holds is no test's fault
        *("-p", "no:logging", "-p", "no:doctest", "-p", "no:junitxml", "--capture=no"),
        *("-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function"),
        *("-o", f"timeout={_LAST_GUARD_SECONDS}", "-o", "timeout_method=signal"),
        *options,
    ]
    with _own_session(folder):
        status = pytest.main(arguments, plugins=[session.plugin, session])
    if session.failure is not None:
        raise session.failure
    if status == pytest.ExitCode.INTERRUPTED and not session.collect_errors:
        raise KeyboardInterrupt
    if status == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise ConfigurationError(f"{tests}: no {session.kind} test was found there (files named test_*.py).")
    if not session.finished:
        raise ConfigurationError(
            f"{tests}: the {session.kind} suite cannot be collected.\n{session.collect_errors}"
        )


@contextlib.contextmanager
def _own_session(folder: Path) -> Iterator[None]:
    """Keep one pytest session from the next and from the environment: options, plugins, and the suite's modules."""
    before = os.environ.copy()
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(name, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        for name, module in list(sys.modules.items()):
            # pytest would take a module of the same name in another suite's folder for this one.
            file = getattr(module, "__file__", None)
            if file is not None and Path(file).is_relative_to(folder):
                del sys.modules[name]


class GradingSession:
    """The pytest plugin that replaces the run loop."""

    kind = "hidden"
    """What the tests are called in messages."""
    advice = ""
    """What to do about marks that are wrong, as the end of a message."""

    def __init__(
        self,
        assignment: Assignment,
        submissions: Iterator[Submission],
        report: Report,
        options: GradeOptions,
        backend: str,
    ) -> None:
        self.plugin = TestPlugin({exercise.id: exercise for exercise in assignment.exercises}, options.seed)
        self.failure: AutograderError | None = None
        self.finished = False
        self.collect_errors = ""
        self._assignment = assignment
        self._submissions = submissions
        self._report = report
        self._backend = backend
        self._schedule = options.schedule
        self._interpreter: Interpreter = find_interpreter(options.python)
        tests = options.tests or assignment.hidden_tests
        self._auditor = Auditor(assignment, tests, options, backend, self._interpreter)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what went wrong while the suite was collected."""
        if report.failed:
            self.collect_errors += f"{report.nodeid}: {report.longrepr}\n"

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Grade every submission with the collected tests."""
        if session.testsfailed or not session.items:
            return True
        try:
            self.check_suite(session.items)
            for submission in self._submissions:
                self._report(self._grade(submission, session.items))
        except AutograderError as error:
            self.failure = error
        self.finished = True
        return True

    def check_suite(self, items: list[pytest.Item]) -> None:
        """Raise `ConfigurationError` for tests that cannot be trusted to grade."""
        sums = {exercise.id: Decimal(0) for exercise in self._assignment.exercises}
        names: set[str] = set()
        for item in items:
            place = f"{item.path}: {item.name}"
            exercise, concept = mark_of(item, "exercise", None), mark_of(item, "concept", None)
            for what, value, allowed in (
                ("exercise", exercise, tuple(sums)),
                ("concept", concept, CONCEPTS),
                ("visibility", mark_of(item, "visibility", "hidden"), VISIBILITIES),
                ("reveal", mark_of(item, "reveal", "message"), REVEALS),
            ):
                if value not in allowed:
                    wrong = f"its {what} is {value!r}"
                    if value is None:
                        wrong = f"has no mark @pytest.mark.{what}(...)"
                    raise ConfigurationError(
                        f"{place}: {wrong}; use one of {', '.join(allowed)}.{self.advice}"
                    )
            if inspect.isasyncgenfunction(getattr(item, "obj", None)):
                raise ConfigurationError(f"{place}: a test with yield in it is never run. Write it without.")
            if item.name in names:
                raise ConfigurationError(
                    f"{place}: another test has the same name. Every name must be its own."
                )
            needed = mark_of(item, "requires", None)
            if needed is not None and needed not in names:
                raise ConfigurationError(f"{place}: it requires {needed}, but no earlier test has that name.")
            names.add(item.name)
            sums[exercise] += points_of(item)
        for each in self._assignment.exercises:
            if sums[each.id] != each.points:
                raise ConfigurationError(
                    f"exercise {each.id}: its tests are worth {sums[each.id]} points together, "
                    f"but assignment.toml gives {each.points}."
                )

    def _grade(self, submission: Submission, items: list[pytest.Item]) -> SubmissionReport:
        begin = time.perf_counter()
        chosen = [
            item for item in items if not submission.exercises or _exercise(item) in submission.exercises
        ]
        reason = submission.broken
        plugin = self.plugin
        evidence: tuple[Evidence, ...] = ()
        if not reason:
            with Workbench(
                submission, self._backend, self._interpreter, self._assignment.limits, self._schedule
            ) as bench:
                plugin.begin(bench)
                try:
                    for item in chosen:
                        self._run(item, {each.name for each in chosen})
                except (KeyboardInterrupt, SystemExit):
                    raise
                except BaseException as error:  # noqa: BLE001 - whatever it is, it must not cost the next submission
                    reason = f"{type(error).__name__}: {error}"
                    tear_down(chosen[0].session)
                evidence = evidence_of(
                    self._assignment.exercises, bench.flags, plugin.traces, submission.notebooks
                )
        rows = [self._row(item) for item in chosen]
        audit = self._auditor.audit(submission, rows, bool(evidence)) if not reason else Audit()
        return score_submission(
            self._assignment,
            submission.id,
            rows,
            reason=reason,
            findings=findings_of(rows, plugin.leaks) if not reason else (),
            evidence=(*audit.evidence, *evidence),
            notes=(*submission.notes, *audit.notes),
            exercises=submission.exercises,
            wall_seconds=time.perf_counter() - begin,
            origin=submission.origin,
        )

    def _run(self, item: pytest.Item, chosen: set[str]) -> None:
        needed = mark_of(item, "requires", None)
        if needed in chosen:
            verdict = self.plugin.verdicts.get(needed)
            if verdict is None or verdict.outcome is not Outcome.PASSED:
                self.plugin.verdicts[item.name] = Verdict(
                    Outcome.NOT_RUN, f"not run: it needs {needed} to pass", 0.0
                )
                return
        self.plugin.world.reset()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)

    def _row(self, item: pytest.Item) -> TestResult:
        missing = Verdict(Outcome.GRADER_ERROR, "the test left no result", 0.0)
        verdict = self.plugin.verdicts.get(item.name, missing)
        points = points_of(item)
        text = (getattr(getattr(item, "obj", None), "__doc__", None) or item.name).strip()
        return TestResult(
            name=item.name,
            title=text.splitlines()[0],
            exercise=_exercise(item),
            concept=mark_of(item, "concept", ""),
            outcome=verdict.outcome,
            score=points if verdict.outcome is Outcome.PASSED else Decimal(0),
            max_score=points,
            message=verdict.message,
            hint=mark_of(item, "hint", ""),
            visibility=mark_of(item, "visibility", "hidden"),
            reveal=mark_of(item, "reveal", self._assignment.reveal),
            virtual_seconds=verdict.virtual_seconds,
        )


def tear_down(session: pytest.Session) -> None:
    """Finish what an interrupted test has left set up."""
    with contextlib.suppress(Exception):
        session._setupstate.teardown_exact(None)


def points_of(item: pytest.Item) -> Decimal:
    """Return what a test is worth."""
    return Decimal(str(mark_of(item, "points", 0)))


def _exercise(item: pytest.Item) -> str:
    return str(mark_of(item, "exercise", ""))
