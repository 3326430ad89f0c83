"""``report.html``: the class and each submission as one page, without scripts and without anything from elsewhere.

Two walls, each enough by itself: every value is escaped by the template engine on its way out, and the page's policy
allows nothing but the one style sheet in it, by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from autograder.escape import LONGEST_NAME, visible
from autograder.model import Assignment, ExerciseReport, Status, SubmissionReport, TestResult
from autograder.outputs.spool import Spool
from autograder.outputs.wording import (
    ABOUT,
    EVIDENCE,
    NO_JAIL,
    Tally,
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

_HERE = Path(__file__).parent


class HtmlReport:
    """Takes reports in any order, gives them in the order of ids."""

    name = "report.html"
    encoding = "utf-8"

    def __init__(self, assignment: Assignment, seed: int, jail: str) -> None:
        self._assignment = assignment
        self._seed = seed
        self._jail = jail
        self._tally = Tally()
        self._spool = Spool()

    def add(self, report: SubmissionReport) -> None:
        """Take a report."""
        self._tally.add(report)
        self._spool.add(report.id, self._table_row(report), _section(report))

    def pieces(self) -> Iterator[str]:
        """Yield the text of the file."""
        style = _read("report.css")
        yield _write("head", self._assignment.title, self._assignment.id, _policy(style), _OurOwn(style))
        warning = NO_JAIL if is_without_jail(self._jail) else ""
        yield _write("facts", warning, str(self._tally), self._tally.evidence, self._seed, self._jail, ABOUT)
        yield _write(
            "table_begin", [f"{each.id}/{points(each.points)}" for each in self._assignment.exercises]
        )
        yield from self._spool.each(0)
        yield _write("table_end")
        yield from self._spool.each(1)
        yield _write("foot")

    def close(self) -> None:
        """Forget all reports."""
        self._spool.close()

    def _table_row(self, report: SubmissionReport) -> str:
        graded = report.status is Status.GRADED
        scores = {each.id: points(each.score) if graded else "-" for each in report.exercises}
        return _write(
            "table_row",
            _anchor(report.id),
            _name(report.id),
            status_of(report),
            bool(report.evidence) or not graded,
            score_of(report),
            [scores.get(each.id, "") for each in self._assignment.exercises],
        )


class _OurOwn(str):
    """A text of ours that is HTML already: the style sheet, and nothing else."""

    def __html__(self) -> str:
        return self


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


def _policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _finalize(value: Any) -> Any:
    """Make visible what the template writes; the engine escapes it afterwards."""
    return visible(value) if type(value) is str else value


def _write(macro: str, *values: Any) -> str:
    return str(getattr(_pieces(), macro)(*values))


@cache
def _pieces() -> Any:
    import jinja2  # a run that writes no page need not wait for it

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, finalize=_finalize, keep_trailing_newline=True
    )
    return environment.from_string(_read("report.html.jinja")).module


@cache
def _read(name: str) -> str:
    return (_HERE / name).read_text("utf-8")
