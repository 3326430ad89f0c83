"""What a worker process runs while an exercise is validated: each submission is graded under a setting of its own.

The setting stands in the submission's id. Starting a process and importing pytest takes longer than grading a program,
so one process grades under all settings, one after another. What a program said in each test goes out as a note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from autograder.engines.worker import serve
from autograder.grading.batch import SEPARATOR, BatchSession
from autograder.grading.suite import run_session
from autograder.jail.host import fix_addresses
from autograder.model import Assignment, GradeOptions, Submission, SubmissionReport
from autograder.validation.listening import Traces
from autograder.validation.trials import Setting, setting_of


def grade_in_settings(
    assignment: Assignment,
    submissions: Iterator[Submission],
    report: Callable[[SubmissionReport], None],
    options: GradeOptions,
) -> str:
    """Grade batches one after another, in the jail of the options; those of one setting should come together.

    Raise what `autograder.grading.run_suite` raises.
    """
    line = _Line(submissions)
    fix_addresses()
    while (setting := line.setting()) is not None:
        own = _in_setting(options, setting)
        session = _ListeningSession(assignment, line.take(setting), report, own, options.jail)
        run_session(session, options.tests or assignment.hidden_tests)
    return options.jail


class _ListeningSession(BatchSession):
    def __init__(
        self,
        assignment: Assignment,
        submissions: Iterator[Submission],
        report: Callable[[SubmissionReport], None],
        options: GradeOptions,
        backend: str,
    ) -> None:
        super().__init__(assignment, submissions, report, options, backend)
        self._traces = Traces()
        self.plugin.on_open = self._traces.listen

    def notes(self) -> tuple[str, ...]:
        """Return what was heard in each test."""
        return tuple(f"{test}{SEPARATOR}{trace}" for test, trace in self._traces.take().items())


def _in_setting(options: GradeOptions, setting: Setting) -> GradeOptions:
    return replace(options, seed=setting.seed, schedule=setting.schedule)


class _Line:
    """Submissions that wait, of which the first can be looked at."""

    def __init__(self, submissions: Iterator[Submission]) -> None:
        self._others = submissions
        self._first: Submission | None = None

    def setting(self) -> Setting | None:
        """Return the setting of the first, which may have to be waited for; None when no more will come."""
        if self._first is None:
            self._first = next(self._others, None)
        return setting_of(self._first.id) if self._first is not None else None

    def take(self, setting: Setting) -> Iterator[Submission]:
        """Yield submissions as long as the first has this setting."""
        while self.setting() == setting and self._first is not None:
            first, self._first = self._first, None
            yield first


if __name__ == "__main__":
    serve(grade_in_settings)
