"""What students read about one exercise or concept: in a test cell, as a comment in the gradebook, as feedback."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from decimal import Decimal

from autograder.escape import visible
from autograder.model import ExerciseReport, Outcome, SubmissionReport, TestResult
from autograder.outputs.export.audience import for_students
from autograder.outputs.wording import points

MOMENT = "after_published"
"""What is written here is read when the feedback is out, and not before."""

_LONGEST = 10_000
"""Characters about one exercise."""


def concept_score(tests: Iterable[TestResult], concept: str) -> Decimal:
    """Return what tests of one exercise give for a concept."""
    return sum((test.score for test in tests if test.concept == concept), Decimal(0))


def concepts_of(exercise: ExerciseReport) -> list[str]:
    """Return the concepts of an exercise's tests, in the order of the tests."""
    return list(dict.fromkeys(test.concept for test in exercise.tests))


def concept_text(report: SubmissionReport, exercise_id: str, concept: str, moment: str = MOMENT) -> str:
    """Return what a student may read about one concept of an exercise that was graded."""
    tests = [test for test in _tests(report, exercise_id) if test.concept == concept]
    score, worth = concept_score(tests, concept), sum((test.max_score for test in tests), Decimal(0))
    lines = [f"{concept}: {points(score)} of {points(worth)} points"]
    shown = for_students(report, as_of=moment)
    for test in _tests(shown, exercise_id):
        if test.concept == concept:
            lines += test_lines(test)
    return visible_lines(lines)


def exercise_text(report: SubmissionReport, exercise_id: str, moment: str = MOMENT) -> str:
    """Return what a student may read about an exercise that was graded: a line for each concept, and what was lost."""
    tests = _tests(report, exercise_id)
    shown = for_students(report, as_of=moment)
    lines = [f"{points(sum((t.score for t in tests), Decimal(0)))} of {points(_worth(tests))} points"]
    for concept in dict.fromkeys(test.concept for test in tests):
        of = [test for test in tests if test.concept == concept]
        lines.append(f"{concept}: {points(concept_score(of, concept))}/{points(_worth(of))}")
        for test in _tests(shown, exercise_id):
            if test.concept == concept and test.outcome is not Outcome.PASSED:
                lines += test_lines(test)
    lines += [f"line {each.line}: {each.message}" for each in shown.findings if each.exercise == exercise_id]
    return visible_lines(lines)


def comment_text(text: str) -> str:
    """Return a text for nbgrader's comments: plain in its formgrader, and one block of code for Markdown.

    nbgrader's feedback takes comments for Markdown, in which line ends are lost and a student's HTML is alive.
    """
    first, *rest = text.split("\n")
    return "\n".join([first, *([""] if rest else []), *(f"    {line}" for line in rest)])


def public_text(concept: str, tests: Iterable[TestResult]) -> str:
    """Return what the public tests say about a concept."""
    lines = [f"{concept}: the public tests"]
    for test in tests:
        lines += test_lines(test)
    return visible_lines(lines)


def test_lines(test: TestResult) -> list[str]:
    """Return the lines about one test that a student may see."""
    outcome = "passed" if test.outcome is Outcome.PASSED else test.outcome.replace("_", " ")
    lines = [f"  {outcome}: {test.title or test.name}"]
    if test.outcome is not Outcome.PASSED:
        lines += textwrap.indent(test.message, "    ").split("\n") if test.message else []
        lines += [f"    Hint: {test.hint}"] if test.hint else []
    return lines


def visible_lines(lines: Iterable[str]) -> str:
    """Return lines as a text that shows all that is in it and does nothing."""
    return visible("\n".join(lines), lines=True, longest=_LONGEST, most_lines=200)


def _tests(report: SubmissionReport, exercise_id: str) -> tuple[TestResult, ...]:
    return next((each.tests for each in report.exercises if each.id == exercise_id), ())


def _worth(tests: Iterable[TestResult]) -> Decimal:
    return sum((test.max_score for test in tests), Decimal(0))
