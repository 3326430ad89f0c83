"""``scores.csv``: one row for each submission, for spreadsheets.

UTF-8 with a byte order mark: without it Excel takes the file for the code page of the machine and garbles every name
beyond ASCII; pandas, R and LibreOffice drop the mark, Python does with ``utf-8-sig``. Quoted as RFC 4180 says, every
cell, lines ended by CR LF. Numbers are exact, with a point. A score is empty where we cannot tell it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from autograder.escape import LONGEST_NAME, csv_cell
from autograder.model import Status, SubmissionReport
from autograder.outputs.class_file import ClassFile
from autograder.outputs.wording import points, some, trace

_MOST_TRACES = 5


class CsvScores(ClassFile):
    """The table."""

    name = "scores.csv"
    encoding = "utf-8-sig"

    def texts(self, report: SubmissionReport) -> tuple[str, ...]:
        """Return a row."""
        graded = report.status is Status.GRADED
        traces, more = some(report.evidence, _MOST_TRACES)
        row = [
            csv_cell(report.id, longest=LONGEST_NAME),
            report.status.value,
            points(report.score) if graded else "",
            points(report.max_score),
            *self.exercise_scores(report, unknown=""),
            csv_cell("" if graded else report.reason),
            csv_cell(" / ".join([*map(trace, traces), *([more] if more else [])])),
            csv_cell(self.jail),
        ]
        return (_row(row),)

    def pieces(self) -> Iterator[str]:
        """Yield the text of the file."""
        exercises = [csv_cell(f"score_{exercise.id}") for exercise in self.assignment.exercises]
        yield _row(["id", "status", "score", "max_score", *exercises, "reason", "evidence", "jail"])
        yield from self.each()


def _row(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()
