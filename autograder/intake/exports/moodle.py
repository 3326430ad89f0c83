"""Moodle: the archive of "Download all submissions" of an assignment.

::

    <full name>_<participant id>_assignsubmission_file/<the student's own tree>
    <full name>_<participant id>_assignsubmission_onlinetext/onlinetext.html
    <full name>_<participant id>_assignsubmission_file_<file name>        without "Download submissions in folders"

Before Moodle 4.1 a folder's name ends in one more underscore. With blind marking everybody is ``Participant``; where
teams hand in, name and number are those of the team, and ``Default group`` has no number. Neither attempt nor time is
told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from autograder.intake.exports.entry import Export, Pile, Place, keys_of, safe_id
from autograder.intake.tree import File, Folder, Unreadable

_FILE, _TEXT = "file", "onlinetext"
_NAME = re.compile(
    r"(?P<who>.*?)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?",
    re.DOTALL | re.ASCII,
)
_WHO = re.compile(r"(?P<name>.*)_(?P<participant>\d+)", re.DOTALL | re.ASCII)
_BLIND = "Participant"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodleName:
    """What the name of an entry says."""

    name: str
    participant: str
    """Number in this assignment, not that of the user; empty for the default group."""
    kind: str
    """``file`` or ``onlinetext``; another one is that of a plugin."""
    file: str
    """The student's name for it; empty for a folder."""


def parse_name(entry: str) -> MoodleName | None:
    """Return what the name of an entry says, None if it is not one of Moodle."""
    found = _NAME.fullmatch(entry)
    if found is None or not found["who"]:
        return None
    who = _WHO.fullmatch(found["who"])
    return MoodleName(
        name=who["name"] if who else found["who"],
        participant=who["participant"] if who else "",
        kind=found["kind"],
        file=found["file"] or "",
    )


def file_name(entry: str) -> str:
    """Return what the student's file was called; another name as it is."""
    found = parse_name(entry)
    return found.file if found and found.file else entry


def looks_like(place: Place) -> bool:
    """Whether nearly all entries are called as Moodle calls them; no student's own file is."""
    names = [each.name for each in place.content.entries()]
    found = sum(parse_name(name) is not None for name in names)
    return found >= 1 and found * 10 >= len(names) * 9


def read(place: Place) -> Export:
    """Return a submission for each participant."""
    piles: dict[str, Pile] = {}
    passed_over: list[str] = []
    for entry in place.content.entries():
        name = parse_name(entry.name)
        is_folder = isinstance(entry, Folder)
        if name is None or (not is_folder and not name.file):
            passed_over.append(f"{entry.name}: this is no name that Moodle gives")
            continue
        if name.kind not in (_FILE, _TEXT):
            passed_over.append(f"{entry.name}: what the plugin {name.kind} collects is not graded")
            continue
        number = name.participant or f"name:{name.name}"
        pile = piles.setdefault(number, Pile(keys=_keys(name), id=_id(name)))
        if name.kind == _TEXT:
            pile.typed += _typed_in(entry, name)
        elif isinstance(entry, Folder):
            pile.folders.append(entry)
        else:
            pile.files.append((name.file, entry))
    expected = {name for each in place.assignment.exercises for name in (each.file, each.notebook)}
    return Export(
        entries=tuple(pile.entry("moodle", expected) for pile in piles.values()),
        passed_over=tuple(passed_over),
    )


def _typed_in(entry: Folder | File, name: MoodleName) -> list[str]:
    """Return what lies beside a text that was typed, pictures for instance, and the text."""
    if isinstance(entry, File):
        return [name.file]
    try:
        return [each.name for each in entry.list().entries()] or [entry.name]
    except Unreadable:
        return [entry.name]


def _keys(name: MoodleName) -> dict[str, str]:
    called = "" if name.name == _BLIND else name.name
    return keys_of(moodle_participant=name.participant, name=called)


def _id(name: MoodleName) -> str:
    return safe_id(f"{name.name}_{name.participant}" if name.participant else name.name)
