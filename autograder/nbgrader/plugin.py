"""Exports for ``nbgrader export``: what each student has in each test cell.

::

    nbgrader export --exporter=autograder.nbgrader.plugin.CellsExport --to=cells.csv

A row for each student, notebook and graded cell. Unlike nbgrader's own table of totals it quotes its values, keeps what
has no score apart from a zero, and holds nothing that a spreadsheet would compute.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.plugins import ExportPlugin

from autograder.escape import csv_cell
from autograder.nbgrader.source import concept_of

COLUMNS = (
    "assignment",
    "student_id",
    "last_name",
    "first_name",
    "timestamp",
    "notebook",
    "cell",
    "concept",
    "auto_score",
    "manual_score",
    "score",
    "max_score",
    "needs_manual_grade",
    "notebook_late_penalty",
)


class CellsExport(ExportPlugin):  # type: ignore[misc] # it carries no types
    """Writes a CSV file with a row for each graded cell of each submission."""

    def export(self, gradebook: Any) -> None:
        """Write the file that ``--to`` names, ``cells.csv`` if it names none."""
        with Path(self.to or "cells.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(COLUMNS)
            for assignment in gradebook.assignments:
                if not self.assignment or assignment.name in [str(each) for each in self.assignment]:
                    for submission in sorted(assignment.submissions, key=lambda each: str(each.student.id)):
                        if not self.student or submission.student.id in [str(each) for each in self.student]:
                            writer.writerows(_rows(assignment.name, submission))


def _rows(assignment: str, submission: Any) -> Iterator[list[str]]:
    student = submission.student
    for notebook in sorted(submission.notebooks, key=lambda each: str(each.name)):
        for grade in sorted(notebook.grades, key=lambda each: str(each.name)):
            waits = grade.needs_manual_grade and grade.manual_score is None
            yield [
                _text(assignment),
                _text(student.id),
                _text(student.last_name),
                _text(student.first_name),
                _text(submission.timestamp),
                _text(notebook.name),
                _text(grade.name),
                concept_of(grade.name) or "",
                _number(grade.auto_score),
                _number(grade.manual_score),
                "" if waits else _number(grade.score),
                _number(grade.max_score),
                "yes" if grade.needs_manual_grade else "no",
                _number(notebook.late_submission_penalty),
            ]


def _text(value: object) -> str:
    return "" if value is None else csv_cell(str(value))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
