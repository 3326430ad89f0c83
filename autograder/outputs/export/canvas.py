"""``canvas``: a file for the import of Canvas's gradebook, with one column and the rows of those who were graded.

It is made from the gradebook as Canvas has exported it, since only that knows the ids of people and of the assignment.
A student who is not in the file keeps what Canvas has; a blank cell would clear it.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from autograder.errors import UsageError
from autograder.outputs.export.batch import Batch, Exported, LeftOut, Settings, one_file
from autograder.outputs.export.marks import marks_for_column, read_points
from autograder.outputs.export.roster import Roster
from autograder.outputs.export.sheet import Sheet, read_sheet, to_csv
from autograder.outputs.wording import points

_TITLE = re.compile(r"(?P<title>.*) \((?P<id>\d+)\)\s*", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+|\d+")
_IGNORED = re.compile(r"(Current|Final) (Score|Points|Grade)", re.IGNORECASE)
_AGAIN = "Export the gradebook from Canvas once more and give that file as it is."


def export(batch: Batch, settings: Settings) -> Exported:
    """Return the file to import; raise `UsageError` where the gradebook does not have what is needed."""
    assert settings.gradebook is not None
    book = _Gradebook(read_sheet(settings.gradebook, "--gradebook"))
    column = book.choose_column(batch.assignment, settings.column)
    found, left_out = book.roster.assign(batch)
    excused = {place for place in found if book.cell(place, column).strip().upper() == "EX"}
    for place in excused:
        left_out.append(
            LeftOut(id=found.pop(place).report.id, why="excused in Canvas, which points would end")
        )
    where = f"the column {book.header[column]!r} in {settings.gradebook}"
    marks, other_scale, notes = marks_for_column(found, batch, settings, book.worth(column), where)
    missing = book.roster.without_report()
    notes = [f"the grades go into the column {book.header[column]}", *notes]
    notes += [f"{name}: in the gradebook, but there is no report; keeps what Canvas has" for name in missing]
    return one_file(book.with_marks(column, marks), left_out=(*left_out, *other_scale), notes=notes)


class _Gradebook:
    """The gradebook as Canvas exports it."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        rows = sheet.rows
        start = next((place for place, row in enumerate(rows) if any(cell.strip() for cell in row)), 0)
        self.header = rows[start]
        sections = [place for place, title in enumerate(self.header) if "Section" in title]
        if not sections or "ID" not in (title.strip() for title in self.header[: sections[0]]):
            raise UsageError(
                f"--gradebook {sheet.path}: this is no gradebook of Canvas, whose first columns are "
                f"Student, ID and Section. {_AGAIN}"
            )
        self._wide = sections[0] + 1
        self._worth_row = next(
            (place for place, row in enumerate(rows) if row and "Points Possible" in row[0]), None
        )
        after = start if self._worth_row is None else self._worth_row
        self._people = [
            place
            for place in range(after + 1, len(rows))
            if any(cell.strip() for cell in rows[place][: self._wide])
        ]
        self.roster = Roster(str(sheet.path), {place: self._keys(rows[place]) for place in self._people})

    def _keys(self, row: Sequence[str]) -> dict[str, str]:
        """Return how a person is called, the surest first."""
        cells = {title.strip(): cell for title, cell in zip(self.header[: self._wide], row, strict=False)}
        name = cells.get("Student") or f"{cells.get('FirstName', '')} {cells.get('LastName', '')}"
        guarded = re.fullmatch(r'="(.*)"', name, re.DOTALL)  # how Canvas writes a name that begins with =
        login = cells.get("SIS Login ID", "")
        return {
            "canvas_user_id": cells.get("ID", ""),
            "sid": cells.get("SIS User ID", ""),
            "login": login,
            "email": login if "@" in login else "",
            "name": guarded[1] if guarded else name,
        }

    def cell(self, place: int, column: int) -> str:
        """Return a cell, empty where the row is too short for it."""
        row = self._sheet.rows[place]
        return row[column] if column < len(row) else ""

    def worth(self, column: int) -> Decimal | None:
        """Return the points possible, None where the file does not say; raise `UsageError` if Canvas protects it."""
        if self._worth_row is None:
            return None
        text = self.cell(self._worth_row, column)
        if "read only" in text.lower():
            raise UsageError(
                f"the column {self.header[column]!r} is read only: Canvas would not take points for it. "
                "Choose another with --column."
            )
        worth = read_points(text)
        if worth is None and text.strip():
            raise UsageError(
                f"--gradebook {self._sheet.path}: the column {self.header[column]!r} is worth {text!r}, which is no "
                f"number. {_AGAIN}"
            )
        return worth

    def choose_column(self, assignment: str, wanted: str) -> int:
        """Return the place of the assignment's column."""
        columns = {
            place: found
            for place, title in enumerate(self.header)
            if place >= self._wide and (found := _TITLE.fullmatch(title))
        }
        if wanted:
            fitting = [
                p for p, found in columns.items() if wanted in (self.header[p], found["title"], found["id"])
            ]
        else:
            name = _plain(assignment)
            fitting = [p for p, found in columns.items() if name and _plain(found["title"]) == name]
        if len(fitting) != 1:
            titles = [self.header[place] for place in columns]
            close = difflib.get_close_matches(wanted or assignment, titles, n=1, cutoff=0.3)
            example = (close or titles or ["Title (4321)"])[0]
            raise UsageError(
                f"--gradebook {self._sheet.path}: {len(fitting) or 'none'} of its assignment columns "
                f"{'are' if fitting else 'is'} called {wanted or assignment}. Say which one, as in "
                f"--column {example!r}. Those that exist: {', '.join(titles) or 'none'}."
            )
        if _IGNORED.search(self.header[fitting[0]]):
            raise UsageError(
                f"Canvas ignores the column {self.header[fitting[0]]!r} in an import, since its title speaks of a "
                "current or final score. Rename the assignment there."
            )
        return fitting[0]

    def with_marks(self, column: int, marks: dict[int, Decimal]) -> str:
        """Return the file to import."""
        places = [*([] if self._worth_row is None else [self._worth_row]), *sorted(marks)]
        rows = [[*self.header[: self._wide], self.header[column]]]
        for place in places:
            ids = [self.cell(place, each) for each in range(self._wide)]
            rows.append([*ids, points(marks[place]) if place in marks else self.cell(place, column)])
        return to_csv(rows, self._sheet.delimiter)


def _plain(title: str) -> str:
    """Return the words and numbers of a title: `lecture21` is `Lecture 21`, but `lab-1-1` is not `Lab 11`."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFC", title).casefold()))
