"""One form of report on a whole class: what all forms do alike."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.model import Assignment, Status, SubmissionReport
from autograder.outputs.spool import Spool
from autograder.outputs.wording import Tally, points


class ClassFile:
    """Takes reports in the order of completion and gives a text with them in the order of their ids.

    It holds what it was given on disk, not in memory. A form says its ``name`` and ``encoding``, turns one report into
    ``texts``, and puts the ``pieces`` of the file together from them.
    """

    name: str
    encoding = "utf-8"

    def __init__(self, assignment: Assignment, seed: int, jail: str) -> None:
        self.assignment = assignment
        self.seed = seed
        self.jail = jail
        self.tally = Tally()
        self._spool = Spool()

    def add(self, report: SubmissionReport) -> None:
        """Take a report; the caller may forget it then."""
        self.tally.add(report)
        self._spool.add(report.id, *self.texts(report))

    def each(self, number: int = 0) -> Iterator[str]:
        """Yield the text with this number of every report."""
        return self._spool.each(number)

    def exercise_scores(self, report: SubmissionReport, unknown: str) -> list[str]:
        """Return the points of each exercise of the assignment, empty for one that was not graded in this report."""
        graded = report.status is Status.GRADED
        scores = {each.id: points(each.score) if graded else unknown for each in report.exercises}
        return [scores.get(each.id, "") for each in self.assignment.exercises]

    def close(self) -> None:
        """Forget all reports."""
        self._spool.close()

    def texts(self, report: SubmissionReport) -> tuple[str, ...]:
        """Return what is to be written of one report, for each place in the file."""
        raise NotImplementedError

    def pieces(self) -> Iterator[str]:
        """Yield the text of the file."""
        raise NotImplementedError
