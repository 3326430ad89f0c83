"""The files that show a whole class, gathered while it is graded and written at its end, each whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from autograder.model import Assignment, SubmissionReport
from autograder.outputs.csv_scores import CsvScores
from autograder.outputs.html_report import HtmlReport
from autograder.outputs.markdown_report import MarkdownReport
from autograder.outputs.whole_file import whole_file


class ClassFile(Protocol):
    """One form of report on a class. It holds what it was given on disk, not in memory."""

    name: str
    encoding: str

    def __init__(self, assignment: Assignment, seed: int, jail: str) -> None: ...

    def add(self, report: SubmissionReport) -> None:
        """Take a report, in the order of completion."""

    def pieces(self) -> Iterator[str]:
        """Yield the text of the file, submissions in the order of their ids."""

    def close(self) -> None:
        """Forget all reports."""


FORMS: tuple[type[ClassFile], ...] = (HtmlReport, MarkdownReport, CsvScores)
"""A new form is one more module and one more name here; tests/outputs runs over all of them."""


class ClassFiles:
    """All forms of report on one run; to be closed."""

    def __init__(self, folder: Path, assignment: Assignment, seed: int, jail: str) -> None:
        self._folder = folder
        self._files = [form(assignment, seed, jail) for form in FORMS]

    def add(self, report: SubmissionReport) -> None:
        """Take a report; the caller may forget it then."""
        for file in self._files:
            file.add(report)

    def write(self) -> None:
        """Write all files; raise `GraderError` if the disk does not take one."""
        for file in self._files:
            with whole_file(self._folder / file.name, file.encoding) as stream:
                stream.writelines(file.pieces())

    def close(self) -> None:
        """Forget all reports."""
        for file in self._files:
            file.close()
