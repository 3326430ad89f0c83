"""One JSON document for a whole class, gathered on disk."""

from __future__ import annotations

from types import TracebackType
from typing import TextIO

from autograder.model import SubmissionReport
from autograder.outputs.json_report import header, to_line
from autograder.outputs.spool import Spool


class JsonClass:
    """Takes reports in any order and writes them in the order of their ids. Use as a context manager."""

    def __init__(self) -> None:
        self._spool = Spool()

    def add(self, report: SubmissionReport) -> None:
        """Take a report; the caller may forget it then."""
        self._spool.add(report.id, to_line(report))

    def write(self, stream: TextIO, assignment: str, seed: int, jail: str) -> None:
        """Write the document, one submission a line."""
        stream.write(to_line(header(assignment, seed, jail)).removesuffix("}") + ', "submissions": [')
        for number, line in enumerate(self._spool.each()):
            stream.write(("," if number else "") + "\n" + line)
        stream.write("\n]}\n")

    def __enter__(self) -> JsonClass:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spool.close()
