"""Canvas: the archive of "Download Submissions". All files lie beside each other, their names say whose they are.

::

    <name>[_LATE]_<user id>_<attachment id>_<file name>       an upload
    <name>[_LATE]_<user id>_text.html, ..._link.html          typed into Canvas: a text, an address
    [LATE_]anon_<anonymous id>_<attachment id>_<file name>    where names are hidden

Nothing in it tells which attempt this is or when it was handed in. The ``-1`` in ``hw-1.py`` is no attempt: Canvas puts
it there when the student's folder, one for all assignments, already has a file of that name.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from autograder.intake.exports.entry import Entry, Export, Pile, Place, keys_of, mostly, safe_id, with_notes
from autograder.intake.tree import File

_ANONYMOUS = re.compile(
    r"(?:(?P<late>LATE)_)?anon_(?P<anon>[^_]+)(?:_(?P<att>\d+)_(?P<name>.+)|_(?P<kind>text|link)\.html)",
    re.DOTALL | re.ASCII,
)
_NAMED = re.compile(
    r"(?:(?P<slug>.*?)_)?(?:(?P<late>LATE)_)?(?P<uid>\d+)(?:_(?P<att>\d+)_(?P<name>.+)|_(?P<kind>text|link)\.html)",
    re.DOTALL | re.ASCII,
)
_OTHER_READING = re.compile(r"(?P<att>\d+)_(?P<name>.+)", re.DOTALL | re.ASCII)
_RE_UPLOADED = re.compile(
    r"(?P<stem>.+?)-(?:[1-7]|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?P<suffix>(?:\.tar)?\.\w+)",
    re.DOTALL | re.ASCII,
)
_NO_LETTER = re.compile(r"[^\w]+")
_SHORTEST_ID = 3
"""Digits of an attachment's id that are believed to be one of Canvas without more of them around."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CanvasName:
    """What the name of an entry says."""

    slug: str
    """The student's name in small letters with nothing between them; empty where names are hidden."""
    late: bool
    user: str
    """Canvas's number for the student, or the anonymous id."""
    anonymous: bool
    attachment: str
    """Empty for what was typed into Canvas."""
    file: str
    """What the student's file is called; ``text.html`` or ``link.html`` for what was typed."""


def parse_name(entry: str) -> CanvasName | None:
    """Return what the name of an entry says, None if it is not one of Canvas."""
    found = _ANONYMOUS.fullmatch(entry)
    anonymous = found is not None
    found = found or _NAMED.fullmatch(entry)
    if found is None:
        return None
    return CanvasName(
        slug="" if anonymous else found["slug"] or "",
        late=bool(found["late"]),
        user=found["anon"] if anonymous else found["uid"],
        anonymous=anonymous,
        attachment=found["att"] or "",
        file=found["name"] or f"{found['kind']}.html",
    )


def file_name(entry: str) -> str:
    """Return what the student's file was called; another name as it is."""
    found = parse_name(entry)
    return original_name(found.file) if found else entry


def slug_of(name: str) -> str:
    """Return what Canvas makes of a name such as ``Smith, John``."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFC", name).lower())


def looks_like(place: Place) -> bool:
    """Whether all that lies there are files that are called as Canvas calls them."""
    names = [parse_name(file.name) for file in place.content.files]
    people = {(name.user, name.slug) for name in names if name and _read_otherwise(name) is None}
    if people and len(people) >= 2 * len({user for user, _ in people}):
        return False  # several names to each number: that is a year, or a number of the course's
    uploads = [name for name in names if name and len(name.attachment) >= _SHORTEST_ID]
    return (
        bool(uploads)
        and not place.content.folders
        and mostly(sum(name is not None for name in names), len(names))
    )


def read(place: Place) -> Export:
    """Return a submission for each user id."""
    piles: dict[str, Pile] = {}
    slugs: dict[str, set[str]] = defaultdict(set)
    passed_over = [f"{folder.name}: Canvas puts no folders there" for folder in place.content.folders]
    for name, file in _owned(place, passed_over):
        number = f"{name.anonymous}:{name.user}"
        slugs[number].add(name.slug)
        pile = piles.setdefault(number, Pile(keys=_keys(name), id=_id(name), late=False))
        pile.late = pile.late or name.late
        if name.attachment:
            pile.files.append((name.file, file))
        else:
            pile.typed.append(name.file)
    for number, called in slugs.items():
        if len(called) > 1:
            piles[
                number
            ].problem = f"files of {' and '.join(sorted(called))} carry the same user id: look in Canvas whose they are"
    expected = {name for each in place.assignment.exercises for name in (each.file, each.notebook)}
    return Export(
        entries=tuple(_entry(pile, expected) for pile in piles.values()), passed_over=tuple(passed_over)
    )


def _owned(place: Place, passed_over: list[str]) -> list[tuple[CanvasName, File]]:
    """Return the files whose names can be read, each with the one whom it comes from.

    With three numbers in a row, a name can be read in two ways: `eve_777_12_34_hw.py` is of the user 777, or of one who
    calls herself `eve_777`. Another file that is certainly of 777, under another name, decides.
    """
    found: list[tuple[CanvasName, File]] = []
    certain: dict[str, set[str]] = defaultdict(set)
    for file in place.content.files:
        name = parse_name(file.name)
        if name is None:
            passed_over.append(f"{file.name}: this is no name that Canvas gives")
            continue
        found.append((name, file))
        if not name.anonymous and _read_otherwise(name) is None:
            certain[name.user].add(name.slug)
    return [
        (other if certain[name.user] - {name.slug} and (other := _read_otherwise(name)) else name, file)
        for name, file in found
    ]


def _read_otherwise(name: CanvasName) -> CanvasName | None:
    """Return the other way to read a name with three numbers in a row."""
    found = _OTHER_READING.fullmatch(name.file)
    if not found or not name.attachment or name.anonymous:
        return None
    return CanvasName(
        slug=f"{name.slug}_{name.user}".lstrip("_"),
        late=name.late,
        user=name.attachment,
        anonymous=False,
        attachment=found["att"],
        file=found["name"],
    )


def _keys(name: CanvasName) -> dict[str, str]:
    if name.anonymous:
        return keys_of(canvas_anonymous_id=name.user)
    return keys_of(canvas_user_id=name.user, canvas_name=name.slug)


def _id(name: CanvasName) -> str:
    return safe_id(f"anon_{name.user}" if name.anonymous else f"{name.slug}_{name.user}".lstrip("_"))


def _entry(pile: Pile, expected: set[str]) -> Entry:
    names = {name for name, _ in pile.files}
    renamed: list[str] = []
    files: list[tuple[str, File]] = []
    candidates = [original_name(name) for name, _ in pile.files]
    for (name, file), original in zip(pile.files, candidates, strict=True):
        taken = original in names or candidates.count(original) > 1 or name in expected
        if original != name and not taken:
            renamed.append(
                f"{name} is read as {original}: Canvas adds such a number to a file handed in again"
            )
            files.append((original, file))
        else:
            files.append((name, file))
    pile.files = files
    return with_notes(pile.entry("canvas", expected), *renamed)


def original_name(name: str) -> str:
    """Return what a program's file was called before Canvas gave it a number; other names are what they are.

    A module that is called ``helper-1`` could not be imported, so nobody has named it so.
    """
    found = _RE_UPLOADED.fullmatch(name)
    if not found or found["suffix"] not in (".py", ".ipynb") or not found["stem"].isidentifier():
        return name
    return f"{found['stem']}{found['suffix']}"
