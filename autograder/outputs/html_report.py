"""``report.html``: the class and each submission as one page, without scripts and without anything from elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from autograder.escape import LONGEST_NAME, visible
from autograder.model import ExerciseReport, Status, SubmissionReport, TestResult
from autograder.outputs.class_file import ClassFile
from autograder.outputs.page import OurOwn, policy, read, write
from autograder.outputs.wording import (
    ABOUT,
    EVIDENCE,
    NO_JAIL,
    finding_line,
    is_without_jail,
    loss,
    lost,
    points,
    score_of,
    some,
    status_of,
    trace,
)


class HtmlReport(ClassFile):
    """The page."""

    name = "report.html"

    def texts(self, report: SubmissionReport) -> tuple[str, ...]:
        """Return a row of the table, and a section."""
        return self._table_row(report), _section(report)

    def pieces(self) -> Iterator[str]:
        """Yield the text of the file."""
        style = read("report.css")
        yield _write("head", self.assignment.title, self.assignment.id, policy(style), OurOwn(style))
        warning = NO_JAIL if is_without_jail(self.jail) else ""
        yield _write("facts", warning, str(self.tally), self.tally.evidence, self.seed, self.jail, ABOUT)
        yield _write(
            "table_begin", [f"{each.id}/{points(each.points)}" for each in self.assignment.exercises]
        )
        yield from self.each(0)
        yield _write("table_end")
        yield from self.each(1)
        yield _write("foot")

    def _table_row(self, report: SubmissionReport) -> str:
        return _write(
            "table_row",
            _anchor(report.id),
            _name(report.id),
            status_of(report),
            bool(report.evidence) or report.status is not Status.GRADED,
            score_of(report),
            self.exercise_scores(report, unknown="-"),
        )


def _section(report: SubmissionReport) -> str:
    reason = [] if report.status is Status.GRADED else _lines(report.reason or "no reason was given")
    return _write(
        "section",
        _anchor(report.id),
        _name(report.id),
        score_of(report),
        reason,
        (f"{EVIDENCE}:", *some([trace(each) for each in report.evidence])),
        [_losses(exercise) for exercise in report.exercises if lost(exercise.tests)],
        ("Findings, which cost no points:", *some([finding_line(each) for each in report.findings])),
        ("Notes:", *some(report.notes)),
    )


def _losses(exercise: ExerciseReport) -> dict[str, Any]:
    return {
        "title": f"{exercise.id} {exercise.title}",
        "tests": [_loss(test) for test in lost(exercise.tests)],
    }


def _loss(test: TestResult) -> dict[str, Any]:
    return {
        "loss": loss(test),
        "title": test.title,
        "concept": test.concept,
        "outcome": test.outcome.value.replace("_", " "),
        "message": _lines(test.message),
        "hint": _lines(test.hint),
    }


def _lines(text: str) -> Sequence[str]:
    return visible(text, lines=True).split("\n") if text else []


def _name(submission_id: str) -> str:
    return visible(submission_id, longest=LONGEST_NAME)


def _anchor(submission_id: str) -> str:
    return "s" + hashlib.sha256(submission_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _write(macro: str, *values: Any) -> str:
    return write("report.html.jinja", macro, *values)
