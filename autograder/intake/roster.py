"""A roster: who is in the class, and what each one is called elsewhere. Submissions get their ids from it.

Columns are found by their titles. What a learning platform exports (a gradebook, a worksheet, a list of participants)
is a roster, too. Nobody is guessed, and who is left over on either side is told.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.errors import UsageError
from autograder.intake.exports.canvas import slug_of
from autograder.intake.exports.entry import clean, safe_id
from autograder.intake.people import NAME, People, members
from autograder.intake.table import read_table
from autograder.model import Submission

_TITLES = {
    "id": ("id", "studentid", "rosteridentifier", "identifier"),
    "canvas_user_id": ("canvasuserid", "canvasid"),
    "moodle_participant": ("moodleparticipant", "participant"),
    "sid": ("sid", "sisuserid", "idnumber", "studentnumber", "matriculationnumber", "matrikelnummer"),
    "email": ("email", "emailaddress", "mail"),
    "login": ("login", "loginid", "sisloginid", "username", "netid"),
    "github_user": ("githubuser", "githubusername", "github", "githublogin"),
    "name": ("name", "fullname", "student", "studentname"),
    "first": ("firstname", "givenname", "vorname"),
    "last": ("lastname", "surname", "familyname", "nachname"),
}
_AS_ID = ("id", "login", "sid", "email", "github_user", "canvas_user_id", "moodle_participant", "name")
_PARTICIPANT = re.compile(r"\D+ (?P<number>\d+)")
_NO_PERSON = ("Points Possible", "Student, Test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person of the roster."""

    line: int
    id: str
    keys: dict[str, str]
    """As in `autograder.model.Origin`."""


class Roster:
    """The people in a file."""

    def __init__(self, file: str, rows: Sequence[Row], columns: frozenset[str]) -> None:
        self.file = file
        self.rows = {row.line: row for row in rows}
        self._people = People(file, {row.line: _to_find(row, columns) for row in rows})

    def find(self, submission: Submission) -> tuple[frozenset[int], list[str]]:
        """Return the lines of those who have handed this in, and what to tell of those who are in no line."""
        found: set[int] = set()
        problems = []
        for keys in members(submission.origin.keys):
            place = self._people.find(keys, submission.id)
            if isinstance(place, int):
                found.add(place)
            else:
                problems.append(place)
        return frozenset(found), problems

    def named(self, submission: Submission, lines: frozenset[int]) -> Submission:
        """Return a submission with the id of those in these lines, and with all that the roster knows of them."""
        group = members(submission.origin.keys)
        if len(lines) < len(group):
            return submission
        keys = dict(submission.origin.keys)
        ids = []
        for number, member in enumerate(group, 1):
            place = self._people.find(member, submission.id)
            assert isinstance(place, int)
            ids.append(self.rows[place].id)
            for key, value in self.rows[place].keys.items():
                keys.setdefault(key if number == 1 else f"{key}_{number}", value)
        return replace(submission, id=safe_id(" + ".join(ids)), origin=replace(submission.origin, keys=keys))

    def warn_of(self, known: frozenset[int], warn: Callable[[str], None]) -> None:
        """Tell who is in the roster and has handed in nothing, and who is in it twice."""
        lines: dict[str, list[int]] = defaultdict(list)
        for row in self.rows.values():
            lines[row.id].append(row.line)
            if row.line not in known:
                name = row.keys.get(NAME, "")
                called = f"{name} ({row.id})" if name and name != row.id else row.id
                warn(f"{called}: in {self.file}, but there is no submission")
        for identifier, places in lines.items():
            if len(places) > 1:
                warn(
                    f"{identifier}: lines {', '.join(map(str, places))} of {self.file} are all called so; "
                    "give each person an id of their own"
                )


def read_roster(path: Path) -> Roster:
    """Read a roster; raise `UsageError` if there is nobody in it, or no column that says who is who."""
    table = read_table(path, "--roster")
    header = table.rows[0]
    columns = _columns(header)
    if not set(columns) & set(_AS_ID) and not {"first", "last"} <= set(columns):
        known = ", ".join(key for key in _TITLES if key not in ("first", "last"))
        raise UsageError(
            f"--roster {path}: no column says who is who; its columns are {', '.join(header)[:200]}. "
            f"Call one of them {known}."
        )
    if "id" in columns and _is_gradebook(header):
        columns["canvas_user_id"] = columns.pop("id")
    cells = {
        line: {key: clean(row[place]) for key, place in columns.items() if place < len(row)}
        for line, row in enumerate(table.rows[1:], 2)
        if any(cell.strip() for cell in row) and not (row and row[0].strip() in _NO_PERSON)
    }
    rows = [row for line, told in cells.items() if (row := _row(line, told)) is not None]
    if not rows:
        raise UsageError(
            f"--roster {path}: there is nobody in this file. Give the file as it was downloaded."
        )
    return Roster(path.name, rows, frozenset(columns))


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Return the place of each column that is known, whatever its case and its spaces."""
    plain = ["".join(filter(str.isalnum, title.casefold())) for title in header]
    return {
        key: min(plain.index(title) for title in titles if title in plain)
        for key, titles in _TITLES.items()
        if any(title in plain for title in titles)
    }


def _is_gradebook(header: Sequence[str]) -> bool:
    """Whether this is the gradebook of Canvas, where ``ID`` is Canvas's number."""
    titles = {title.strip() for title in header}
    return {"Student", "ID", "Section"} <= titles


def _row(line: int, told: dict[str, str]) -> Row | None:
    found = _PARTICIPANT.fullmatch(told.get("id", ""))
    if found and "moodle_participant" not in told:  # the Identifier of Moodle's worksheet
        told = {**told, "id": "", "moodle_participant": found["number"]}
    first, last = told.pop("first", ""), told.pop("last", "")
    if (first or last) and not told.get(NAME):
        told[NAME] = f"{first} {last}".strip()
    identifier = next((told[key] for key in _AS_ID if told.get(key)), "")
    keys = {key: value for key, value in told.items() if key != "id" and value}
    return Row(line=line, id=identifier, keys=keys) if identifier else None


def _to_find(row: Row, columns: frozenset[str]) -> dict[str, str]:
    """Return by what somebody is found, the surest first.

    Where the roster has no column for a number or a login, its id may be that.
    """
    name = row.keys.get(NAME, "")
    more = {key: row.id for key in ("sid", "login") if key not in columns and "id" in columns}
    if "canvas_user_id" not in columns and name:
        more["canvas_name"] = _canvas_name(name)
    keys = {
        key: row.keys.get(key, "") or more.get(key, "") for key in _TITLES if key not in ("first", "last")
    }
    return {**keys, "id": row.id, "canvas_name": more.get("canvas_name", "")}


def _canvas_name(name: str) -> str:
    """Return what Canvas calls somebody in the names of files: the last name first, nothing in between."""
    if "," not in name and " " in name:
        first, last = name.rsplit(" ", 1)
        name = f"{last}{first}"
    return slug_of(name)
