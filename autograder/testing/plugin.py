"""The pytest plugin of hidden suites: markers, fixtures, the virtual loop, and the verdict on each test.

It is handed to pytest as an object by the grader. It is never an entry point: what loads itself can be made to load.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Generator, Mapping
from typing import Any

import pytest

from autograder.errors import ConfigurationError, GraderError
from autograder.jail.limits import JailLimits
from autograder.jail.protocol import ProtocolError
from autograder.model import Exercise, Limits, Outcome

from .clock import TrustedLoop, World
from .draw import Draw
from .events import Output
from .failures import StudentFailure
from .forms import read_script
from .guard import Guard
from .link import Link
from .remote import Remote
from .student import Script, Student, leaks_of
from .traces import Trace, traces_of
from .verdict import Verdict, judge
from .workbench import Workbench

MARKERS = (
    "exercise(id): the exercise that the test belongs to",
    "points(n): what the test is worth",
    "concept(name): what the test is about",
    "hint(text): shown to a student whose code fails the test",
    "blanks(n, ...): which blanks of the exercise a public test is about",
    "visibility(when): hidden, after_due_date, after_published or visible",
    "requires(name): not run unless the named test has passed",
    "limits(cpu=, wall=, virtual=, memory=, ...): limits of this test, in seconds and MiB, or any key of [limits]",
    "reveal(level): nothing, concept, message or full",
)


class TestPlugin:
    """Runs each test of a suite against the submission on the bench."""

    __test__ = False

    def __init__(self, exercises: dict[str, Exercise], seed: int) -> None:
        self.world = World()
        self.bench: Workbench | None = None
        self.seed = seed
        self.verdicts: dict[str, Verdict] = {}
        self.leaks: dict[str, Any] = {}
        self.traces: list[Trace] = []
        self.on_open: Callable[[str, Link], None] | None = None
        """Is told of each test's conversation with its process when that begins; for whoever wants to listen in."""
        self.exercises = exercises
        """By id; the file of each is where it lies in the submission on the bench."""
        self._guard = Guard(self.world)

    def begin(self, bench: Workbench) -> None:
        """Put another submission on the bench."""
        self.bench = bench
        self.verdicts = {}
        self.leaks = {}
        self.traces = []

    # -- pytest's hooks ---------------------------------------------------------------------------------------

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the markers."""
        for marker in MARKERS:
            config.addinivalue_line("markers", marker)
        self._guard.install()

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Leave the process as it was."""
        self._guard.remove()

    def pytest_asyncio_loop_factories(self, config: pytest.Config, item: pytest.Item) -> dict[str, Any]:
        """Give every async test a loop on the virtual clock."""
        return {"virtual": lambda: TrustedLoop(self.world)}

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        """Run a test's body; a failure of the student's process sticks, whatever the body made of it."""
        # What pytest and pytest-asyncio would do, but for the result: one that nobody awaits is no passed test.
        arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
        try:
            result = pyfuncitem.obj(**arguments)
        finally:
            if self._guard.phase_ended():
                raise self._guard.error()
            link = self.world.link
            if link is not None:
                if link.alive and link.output.may_have_left_something():
                    self._look_for_leaks(pyfuncitem, link)
                link.draining = True
                if link.failure is not None:
                    raise link.failure
                if link.callbacks.swallowed:
                    raise link.callbacks.swallowed[0]
        if result is not None:
            if asyncio.iscoroutine(result):
                result.close()
            raise GraderError(f"the test returned a {type(result).__name__}, so its body may not have run")
        return True

    @pytest.hookimpl(tryfirst=True, optionalhook=True)
    def pytest_timeout_set_timer(self, item: pytest.Item, settings: Any) -> bool:
        """Take over from pytest-timeout, which has read the limit."""
        seconds = settings.timeout
        if self.bench is not None and item.get_closest_marker("timeout") is None:
            # A process has its own limit, and may use four times that on a busy machine; it must be met first.
            seconds = max(seconds, _MOST_WALLS * _wall_seconds(item, self.bench.limits))
        self._guard.start(seconds)
        return True

    @pytest.hookimpl(tryfirst=True, optionalhook=True)
    def pytest_timeout_cancel_timer(self, item: pytest.Item) -> bool:
        """The test is over."""
        self._guard.stop()
        return True

    def _look_for_leaks(self, item: pytest.Function, link: Link) -> None:
        try:
            leaks = leaks_of(link)
        except (StudentFailure, AttributeError):
            return  # a process that died meanwhile says so through link.failure
        if leaks:
            self.leaks[item.name] = leaks

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Turn what pytest saw into a verdict.

        The report is made here, without a traceback: pytest's own would parse and quote sources for every failure,
        and its cost depends on what the student's code raised.
        """
        when = call.when
        assert when != "collect"
        error = call.excinfo.value if call.excinfo is not None else None
        if self._guard.phase_ended() and error is None:
            error = self._guard.error()
        before = self.verdicts.get(item.name)
        if error is not None and (before is None or before.outcome is Outcome.PASSED):
            self.verdicts[item.name] = judge(error, when, self.world.ns / 1e9)
        elif call.when == "call" and item.name not in self.verdicts:
            self.verdicts[item.name] = Verdict(Outcome.PASSED, "", self.world.ns / 1e9)
        return pytest.TestReport(
            nodeid=item.nodeid,
            location=item.location,
            keywords={},
            outcome="failed" if error is not None else "passed",
            longrepr=None,
            when=when,
            duration=call.duration,
            start=call.start,
            stop=call.stop,
        )

    # -- fixtures ---------------------------------------------------------------------------------------------

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> Draw:
        """Return this test's source of fresh inputs."""
        return Draw(f"{self.seed}:{request.node.name}")

    @pytest.fixture
    def student(self, request: pytest.FixtureRequest) -> Generator[Student]:
        """Return the student's module, loaded in a fresh process inside the jail."""
        exercise, link = self._open(request.node)
        assert self.bench is not None
        try:
            try:
                module = link.sync("load", 0, (exercise.file,))
                if not isinstance(module, Remote):
                    link.refuse(ProtocolError("a module that is none"))
            except BaseException as error:
                if (
                    request.node.get_closest_marker("limits") is None
                ):  # with its own limits it speaks for itself only
                    self.bench.remember_load(exercise, error)
                raise
            # What a bare asyncio.run() printed and took at import is another test's business.
            self.world.ns = 0
            link.output = Output(link.child.limits, link.output.claims, dated=True)
            yield Student(link, module)
        finally:
            self._close(exercise, link)

    @pytest.fixture
    def run_script(self, request: pytest.FixtureRequest) -> Generator[Any]:
        """Return a function that runs the student's file as a program and says what became of it."""
        exercise, link = self._open(request.node)

        def run() -> Script:
            try:
                report = read_script(link.sync("script", 0, (exercise.file,)))
            except ProtocolError as error:
                link.refuse(error)
            except StudentFailure as failure:
                if not str(failure).startswith("deadlock"):
                    raise
                link.failure = None
                return Script(link, "deadlock", str(failure), ())
            return Script(link, report.status, report.error, report.where)

        try:
            yield run
        finally:
            self._close(exercise, link)

    def _open(self, item: pytest.Item) -> tuple[Exercise, Link]:
        assert self.bench is not None, "no submission is on the bench"
        exercise = self.exercises[mark_of(item, "exercise", "")]
        known = self.bench.load_failure(exercise)
        if known is not None:
            raise known.with_traceback(None)
        limits = limits_of(item, self.bench.limits)
        self.world.reset()
        self.world.limit_ns = limits.virtual_ns
        link = Link(self.world, self.bench.start(exercise, limits))
        self.world.link = link
        if self.on_open is not None:
            self.on_open(item.name, link)
        return exercise, link

    def _close(self, exercise: Exercise, link: Link) -> None:
        assert self.bench is not None
        self.bench.remember(exercise, link.failure)
        self.traces += traces_of(exercise.id, link.output.claims, link.failure)
        link.finish()


def mark_of(item: pytest.Item, name: str, default: Any) -> Any:
    """Return the argument of a test's marker."""
    marker = item.get_closest_marker(name)
    return marker.args[0] if marker is not None and marker.args else default


def limits_of(item: pytest.Item, limits: Limits) -> JailLimits:
    """Return the limits of one test: the assignment's, changed by the test's marker.

    Raises `ConfigurationError` for a limit that does not exist or a value that is none.
    """
    marker = item.get_closest_marker("limits")
    if marker is not None:
        limits = dataclasses.replace(limits, **_own_limits(item, marker.kwargs))
    return JailLimits(
        cpu_seconds=limits.cpu_seconds,
        wall_seconds=limits.wall_seconds,
        virtual_ns=int(limits.virtual_seconds * 1e9),
        memory_bytes=limits.memory_mb * 2**20,
        output_bytes=limits.output_kb * 1024,
        threads=limits.threads,
        open_files=limits.open_files,
        file_bytes=limits.file_kb * 1024,
        messages=limits.messages,
        protocol_bytes=limits.protocol_mb * 2**20,
        value_chars=limits.value_kb * 1024,
        value_items=limits.value_items,
        value_depth=limits.value_depth,
    )


def _wall_seconds(item: pytest.Item, limits: Limits) -> float:
    marker = item.get_closest_marker("limits")
    own = marker.kwargs.get("wall", marker.kwargs.get("wall_seconds")) if marker is not None else None
    return float(own) if isinstance(own, (int, float)) else limits.wall_seconds


_MOST_WALLS = 5

_SHORT_NAMES = {
    "cpu": "cpu_seconds",
    "wall": "wall_seconds",
    "virtual": "virtual_seconds",
    "memory": "memory_mb",
    "output": "output_kb",
}


def _own_limits(item: pytest.Item, given: Mapping[str, Any]) -> dict[str, Any]:
    kinds: dict[str, Any] = {name: type(value) for name, value in dataclasses.asdict(Limits()).items()}
    own = {}
    for name, value in given.items():
        key = _SHORT_NAMES.get(name, name)
        if key not in kinds or type(value) not in (int, float) or not value >= 0:
            raise ConfigurationError(
                f"{item.path}: {item.name}: limits({name}={value!r}): give a number for one of "
                f"{', '.join((*_SHORT_NAMES, *list(kinds)[len(_SHORT_NAMES) :]))}."
            )
        own[key] = kinds[key](value)
    return own
