"""``moodle-worksheet``: the offline grading worksheet of a Moodle assignment, filled in.

Only cells of the columns Grade and Feedback comments are written, in the rows of those who were graded. All others stay
as they are, since Moodle compares them.
"""

from __future__ import annotations

import re
from decimal import Decimal

from autograder.errors import UsageError
from autograder.intake.people import column_of
from autograder.model import SubmissionReport
from autograder.outputs.export.batch import Batch, Exported, LeftOut, Settings, one_file
from autograder.outputs.export.marks import has_decimal_comma, marks_for_column, read_points
from autograder.outputs.export.moodle_feedback import START, feedback
from autograder.outputs.export.roster import Roster
from autograder.outputs.export.sheet import Sheet, read_sheet
from autograder.outputs.wording import points

_PARTICIPANT = re.compile(r"(?P<word>\D*)(?P<number>\d+)\s*")
_FOLDER = re.compile(r"(?P<name>.*)_(?P<participant>\d+)_assignsubmission_.*", re.DOTALL)
"""Name of a student's folder in the archive that Moodle gives."""


def export(batch: Batch, settings: Settings) -> Exported:
    """Return the worksheet; raise `UsageError` where the file is none, or is about another scale."""
    assert settings.worksheet is not None
    sheet = _Worksheet(read_sheet(settings.worksheet, "--worksheet"), settings.column)
    roster = Roster(str(settings.worksheet), sheet.people, nobody=sheet.nobody)
    keys = {item.report.id: _keys_in(item.report.id) for item in batch.items}
    found, left_out = roster.assign(batch, keys)
    missing = roster.without_report()
    notes = [f"{name}: in the worksheet, but there is no report; the row stays as it is" for name in missing]
    for place, item in list(found.items()):
        if sheet.is_locked(place):
            left_out.append(LeftOut(id=item.report.id, why="Moodle has locked the grade"))
            del found[place]
    where = f"the assignment in {settings.worksheet}"
    marks, other_scale, said = marks_for_column(found, batch, settings, sheet.worth, where)
    left_out += other_scale
    notes += said
    for place, mark in marks.items():
        report = found[place].report
        if mark < 0 or (sheet.worth is not None and mark > sheet.worth):
            why = f"Moodle passes over {points(mark)} points, which are not from 0 to the maximum"
            left_out.append(LeftOut(id=report.id, why=why))
            continue
        notes += sheet.fill(place, mark, report)
    if not sheet.shows_locks:
        notes.append(
            f"{settings.worksheet} has no column Grade can be changed: which grades are locked is not seen"
        )
    if sheet.feedback is None:
        notes.append(f"{settings.worksheet} has no column for feedback comments: only grades are filled in")
    return one_file(sheet.content(), left_out=left_out, notes=notes)


def _keys_in(identifier: str) -> dict[str, str]:
    folder = _FOLDER.fullmatch(identifier)
    return {"moodle_participant": folder["participant"], "name": folder["name"]} if folder else {}


class _Worksheet:
    """The worksheet as Moodle gives it. Its titles are in the language of the site."""

    def __init__(self, sheet: Sheet, grade_title: str) -> None:
        self._sheet = sheet
        header = sheet.rows[0]
        grade = column_of(header, grade_title or "Grade")
        if grade is None:
            raise UsageError(
                f"--worksheet {sheet.path}: there is no column {grade_title or 'Grade'}. Its columns are "
                f"{', '.join(header)}. Give the grading worksheet of the assignment as Moodle gives it; where Moodle "
                "speaks another language, name the column with --column."
            )
        self._grade = grade
        identifier = column_of(header, "Identifier")
        self._identifier = identifier or 0
        self.feedback = column_of(
            header, "Feedback comments", "Feedback-Kommentare", "Feedback als Kommentar"
        )
        self._changeable = column_of(header, "Grade can be changed")
        # What it is worth stands right behind the grade, whatever it is called.
        known = column_of(header, "Maximum grade")
        self._worth = grade + 1 if known is None else known
        email, sid = column_of(header, "Email address"), column_of(header, "ID number")
        name, login = column_of(header, "Full name"), column_of(header, "Username")
        if name is None and identifier is None and grade > 1:
            name = 1  # behind the identifier, whatever it is called
        about_else = {
            column_of(header, each) for each in ("Status", "Group", "Online text", "Marking workflow state")
        }
        about_else |= {place for place, title in enumerate(header) if title.startswith("Last modified")}
        about_else |= {self._identifier, self.feedback, self._changeable, known, email, sid, name, login}
        if grade in about_else:
            raise UsageError(
                f"--column {grade_title}: this column of {sheet.path} is not for grades. Name the one that is."
            )
        self.people = {
            place: {
                "moodle_participant": found["number"],
                "email": self._cell(place, email),
                "sid": self._cell(place, sid),
                "login": self._cell(place, login),
                "name": self._cell(place, name),
            }
            for place in range(1, len(sheet.rows))
            if (found := _PARTICIPANT.fullmatch(self._cell(place, self._identifier)))
        }
        first = next((self._cell(place, self._identifier) for place in self.people), "")
        self.nobody = _PARTICIPANT.sub(r"\g<word>", first)
        if not self.people:
            raise UsageError(
                f"--worksheet {sheet.path}: no row begins with something like Participant 1001. "
                "Give the grading worksheet of the assignment as Moodle gives it."
            )
        if all(read_points(self._cell(place, self._worth)) is None for place in self.people):
            raise UsageError(
                f"--worksheet {sheet.path}: behind the grade there is no maximum grade. An assignment that is graded "
                "with a scale takes no points: set its grade to points in Moodle."
            )
        grades = [self._cell(place, each) for place in self.people for each in (self._worth, self._grade)]
        self._comma = any(map(has_decimal_comma, grades))

    @property
    def worth(self) -> Decimal | None:
        """What the assignment is worth; None where the worksheet does not say."""
        cells = {self._cell(place, self._worth) for place in self.people}
        found = {read_points(cell) for cell in cells}
        if odd := sorted(cell for cell in cells if cell.strip() and read_points(cell) is None):
            raise UsageError(
                f"--worksheet {self._sheet.path}: a maximum grade is {odd[0]!r}, which is no number. "
                "Give the grading worksheet of the assignment as Moodle gives it."
            )
        if len(found) > 1:
            raise UsageError(
                f"--worksheet {self._sheet.path}: its rows have different maximum grades. "
                "Give the grading worksheet of one assignment."
            )
        return found.pop()

    @property
    def shows_locks(self) -> bool:
        """Tell whether it says which grades Moodle has locked: only the English title is known."""
        return self._changeable is not None

    def is_locked(self, place: int) -> bool:
        """Tell whether Moodle says that this grade cannot be changed."""
        return self._cell(place, self._changeable).strip().casefold() == "no"

    def fill(self, place: int, mark: Decimal, report: SubmissionReport) -> list[str]:
        """Write grade and comment into a row; return what to tell the teacher."""
        text = points(mark)
        self._set(place, self._grade, text.replace(".", ",") if self._comma else text)
        if self.feedback is None:
            return []
        before = self._cell(place, self.feedback)
        if before.strip() and not before.startswith(START):
            return [f"{report.id}: has a comment already, which stays as it is"]
        self._set(place, self.feedback, feedback(report))
        return []

    def content(self) -> bytes:
        """Return the file's bytes."""
        return self._sheet.content()

    def _cell(self, place: int, column: int | None) -> str:
        row = self._sheet.rows[place]
        return row[column] if column is not None and column < len(row) else ""

    def _set(self, place: int, column: int, text: str) -> None:
        row = self._sheet.rows[place]
        row.extend([""] * (column + 1 - len(row)))
        row[column] = text
