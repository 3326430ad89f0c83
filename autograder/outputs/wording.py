"""What every form of report for people says in the same words. Plain text: each form escapes it for its own place."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

from autograder.model import Evidence, Finding, Outcome, Status, SubmissionReport, TestResult

NO_JAIL = (
    "graded without a jail: student code could read and change whatever the grader could, scores included"
)
EVIDENCE = "Evidence of tampering (it changed no score; look at the code and judge)"
ABOUT = "The teacher's report: it names hidden tests and quotes what students' programs said."

MOST_ITEMS = 50
"""Of one kind in one submission, so that nobody can bury the others; the JSON report holds all."""

T = TypeVar("T")


def is_without_jail(jail: str) -> bool:
    """Tell whether a jail of this name has no walls."""
    return jail == "plain"


def points(number: Decimal) -> str:
    """Return points exactly, without an exponent and without zeros behind the point that say nothing."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def score_of(report: SubmissionReport) -> str:
    """Return ``91.5/100``, or a dash where we cannot tell."""
    if report.status is not Status.GRADED:
        return "-"
    return f"{points(report.score)}/{points(report.max_score)}"


def status_of(report: SubmissionReport) -> str:
    """Return the status in words, marked where there is evidence."""
    return report.status.value.replace("_", " ") + (" !" if report.evidence else "")


def lost(tests: Sequence[TestResult]) -> list[TestResult]:
    """Return the tests that were not passed."""
    return [test for test in tests if test.outcome is not Outcome.PASSED]


def loss(test: TestResult) -> str:
    """Return what a test cost."""
    return "?" if test.outcome is Outcome.GRADER_ERROR else f"-{points(test.max_score - test.score)}"


def place(item: Evidence | Finding) -> str:
    """Return where something was seen."""
    cell = f", cell {item.cell}" if item.cell else ""
    return f"{item.exercise}{cell}, line {item.line}" if item.line else item.exercise


def trace(evidence: Evidence) -> str:
    """Return one trace of tampering on a line."""
    return f"{place(evidence)}: {evidence.message} ({evidence.code})"


def finding_line(finding: Finding) -> str:
    """Return one finding on a line."""
    return f"{place(finding)}: {finding.message}"


def some(items: Sequence[T], most: int = MOST_ITEMS) -> tuple[Sequence[T], str]:
    """Return the first of many items, and how many more there are (an empty text if there are none)."""
    more = len(items) - most
    return items[:most], f"and {more} more" if more > 0 else ""


class Tally:
    """Counts reports as they come, for the line that sums up a class."""

    def __init__(self) -> None:
        self.graded = self.not_graded = self.evidence = 0

    def add(self, report: SubmissionReport) -> None:
        """Count one more."""
        if report.status is Status.GRADED:
            self.graded += 1
        else:
            self.not_graded += 1
        self.evidence += bool(report.evidence)

    def __str__(self) -> str:
        text = f"{self.graded} graded, {self.not_graded} not graded"
        return f"{text}, {self.evidence} with evidence of tampering (!)" if self.evidence else text
