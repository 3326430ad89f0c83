"""What is said about a test and about a submission, to whoever may hear it: plain lines, which each format escapes."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.model import ExerciseReport, Outcome, Status, SubmissionReport, TestResult
from autograder.outputs.export.audience import HIDDEN
from autograder.outputs.wording import finding_line, points

_OUTCOMES = {
    Outcome.STUDENT_ERROR: "The program raised an exception.",
    Outcome.TIMED_OUT: "The program did not come to an end.",
    Outcome.CRASHED: "The program's process ended.",
    Outcome.NOT_RUN: "The test was not run.",
    Outcome.GRADER_ERROR: "The test itself has failed.",
}


def explanation(test: TestResult) -> list[str]:
    """Return the lines on one test, as far as the test says something: what it is about, what happened, what to do."""
    lines = [test.title] if test.title else []
    if test.concept:
        lines.append(f"Concept: {test.concept}")
    if test.outcome is not Outcome.PASSED:
        if test.outcome in _OUTCOMES:
            lines.append(_OUTCOMES[test.outcome])
        if test.message:
            lines.append(test.message)
        if test.hint:
            lines.append(f"Hint: {test.hint}")
    if test.virtual_seconds:
        lines.append(f"It took {test.virtual_seconds:.9g} s on the virtual clock.")
    return lines


def each_test(report: SubmissionReport) -> Iterator[tuple[str, ExerciseReport, TestResult]]:
    """Yield each test of a report with a number such as ``2.1`` and its exercise."""
    for first, exercise in enumerate(report.exercises, 1):
        for second, test in enumerate(exercise.tests, 1):
            yield f"{first}.{second}", exercise, test


def headline(report: SubmissionReport) -> str:
    """Return the score in a sentence, or that there is none."""
    if report.status is not Status.GRADED:
        return "Not graded."
    return f"{points(report.score)} of {points(report.max_score)} points."


def hidden_line(report: SubmissionReport) -> str:
    """Return ``hidden tests: 12/20``, empty where none is hidden."""
    return next((test.name for _, exercise, test in each_test(report) if exercise.id == HIDDEN), "")


def finding_lines(report: SubmissionReport) -> list[str]:
    """Return the findings that are left in a report, each on a line."""
    return [finding_line(finding) for finding in report.findings]
