"""What a worker process runs while an exercise is validated: each submission is graded under a setting of its own.

The setting stands in the submission's id. Starting a process and importing pytest takes longer than grading a program,
so one process grades under all settings, one after another. What a program said in each test goes out as a note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

from autograder.engines.worker import serve
from autograder.grading.suite import GradingSession, run_session
from autograder.jail.host import fix_addresses
from autograder.model import Assignment, GradeOptions, Submission, SubmissionReport
from autograder.validation.listening import Traces
from autograder.validation.trials import Setting, setting_of, trace_note


def grade_in_settings(
    assignment: Assignment,
    submissions: Iterator[Submission],
    report: Callable[[SubmissionReport], None],
    options: GradeOptions,
) -> str:
    """Grade submissions one after another, in the jail of the options; those of one setting should come together.

    Raise what `autograder.grading.run_suite` raises.
    """
    line = _Line(submissions)
    traces = Traces()

    def with_traces(done: SubmissionReport) -> None:
        said = (trace_note(test, trace) for test, trace in traces.take().items())
        report(replace(done, notes=(*done.notes, *said)))

    fix_addresses()
    while (setting := line.setting()) is not None:
        own = _in_setting(options, setting)
        session = GradingSession(assignment, line.take(setting), with_traces, own, options.jail)
        session.plugin.on_open = traces.listen
        run_session(session, options.tests or assignment.hidden_tests)
    return options.jail


def _in_setting(options: GradeOptions, setting: Setting) -> GradeOptions:
    known = {each.name for each in fields(options)}
    more: dict[str, Any] = {"schedule": setting.schedule} if "schedule" in known else {}
    return replace(options, seed=setting.seed, **more)


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
