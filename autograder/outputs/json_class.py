"""One JSON document for a whole class, gathered on disk: memory stays flat over thousands of submissions."""

from __future__ import annotations

import tempfile
from types import TracebackType
from typing import TextIO

from autograder.model import SubmissionReport
from autograder.outputs.json_report import header, to_line


class JsonClass:
    """Takes reports in any order and writes them in the order of their ids. Use as a context manager."""

    def __init__(self) -> None:
        self._spool = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._places: dict[str, tuple[int, int]] = {}

    def add(self, report: SubmissionReport) -> None:
        """Take a report; the caller may forget it then."""
        data = to_line(report).encode("ascii")
        self._places[report.id] = (self._spool.seek(0, 2), len(data))
        self._spool.write(data)

    def write(self, stream: TextIO, assignment: str, seed: int, jail: str) -> None:
        """Write the document, one submission a line."""
        stream.write(to_line(header(assignment, seed, jail)).removesuffix("}") + ', "submissions": [')
        for number, submission_id in enumerate(sorted(self._places)):
            start, length = self._places[submission_id]
            self._spool.seek(start)
            stream.write(("," if number else "") + "\n" + self._spool.read(length).decode("ascii"))
        stream.write("\n]}\n")

    def __enter__(self) -> JsonClass:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spool.close()
