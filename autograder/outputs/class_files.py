"""The files that show a whole class, gathered while it is graded and written at its end, each whole or not at all."""

from __future__ import annotations

from pathlib import Path

from autograder.model import Assignment, SubmissionReport
from autograder.outputs.class_file import ClassFile
from autograder.outputs.csv_scores import CsvScores
from autograder.outputs.html_report import HtmlReport
from autograder.outputs.markdown_report import MarkdownReport
from autograder.outputs.whole_file import whole_file

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
