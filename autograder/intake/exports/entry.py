"""What an export of a learning platform comes down to: for each student a folder, and whose it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.intake.tree import Content, File, Folder, printable
from autograder.model import Assignment, Origin

MAX_KEY = 200
"""Characters of a name, an address or an id that an export tells."""

_MAX_ID_BYTES = 120
_UNSAFE = re.compile(r'[/\\:*?"<>|]+')
_TIME = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[T ]+(?P<clock>\d\d:\d\d:\d\d)(?P<part>\.\d+)?\s*"
    r"(?P<offset>Z|UTC|[+-]\d\d:?\d\d)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an export may lie."""

    name: str
    content: Content
    assignment: Assignment
    disk: Path | None = None
    """The folder on disk; None inside of an archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one student, or one team, has handed in."""

    id: str
    folder: Folder
    origin: Origin
    notes: tuple[str, ...] = ()
    problem: str = ""
    """Why it is not graded, whatever lies in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """All of an export."""

    entries: tuple[Entry, ...] = ()
    passed_over: tuple[str, ...] = ()
    """What belongs to nobody, with the reason; each text begins with the name of what it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One system whose exports are read. Another one is one more module with a row in `systems`."""

    name: str
    """One of `autograder.model.ORIGINS`."""
    title: str
    """What is said of a path that was recognised."""
    looks_like: Callable[[Place], bool]
    """Whether this can be nothing else; it may only be true where an ordinary class never looks like this."""
    read: Callable[[Place], Export]
    """Return all of it; raise `autograder.errors.IntakeError` where the caller must say more."""
    file_name: Callable[[str], str] = str
    """Return what a student called a file, from its name in the export; any other name as it is."""


@dataclass(slots=True)
class Pile:
    """What is collected of one student while an export is gone through."""

    keys: dict[str, str]
    id: str
    files: list[tuple[str, File]] = field(default_factory=list)
    """The name that a file had with the student, and the file."""
    folders: list[Folder] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    """Names of files that hold what was typed into the platform."""
    notes: list[str] = field(default_factory=list)
    late: bool | None = None
    problem: str = ""

    def entry(self, system: str, expected: Iterable[str] = ()) -> Entry:
        """Return the entry; two files of the same name that is ``expected`` are nothing that can be graded."""
        count = Counter(name for name, _ in self.files)
        files = [
            File(name=name if count[name] == 1 else f"{number}_{name}", read=file.read)
            for number, (name, file) in enumerate(self.files, 1)
        ]
        notes = list(self.notes)
        if self.typed and (self.files or self.folders):
            notes.append(f"also typed into the platform, not looked at: {', '.join(self.typed)}")
        return Entry(
            id=self.id,
            folder=joined(self.id, files, self.folders),
            origin=Origin(system=system, keys=self.keys, late=self.late),
            notes=tuple(notes),
            problem=self.problem or self._find_problem({name for name in expected if count[name] > 1}),
        )

    def _find_problem(self, twice: set[str]) -> str:
        if twice:
            return f"{min(twice)} was handed in more than once at the same time: ask which one counts"
        if len(self.folders) > 1 or (self.folders and self.files):
            return "its files lie in several places of the export: ask which of them count"
        if not (self.files or self.folders) and self.typed:
            typed = ", ".join(self.typed)
            return f"it was typed into the platform and not handed in as a file ({typed}): ask for the file"
        return ""


def joined(name: str, files: Sequence[File], folders: Sequence[Folder]) -> Folder:
    """Return a folder in which these files lie, and all that lies in these folders; no name is there twice."""

    def content() -> Content:
        levels = [folder.list() for folder in folders]
        found = {file.name: file for level in levels for file in level.files}
        found |= {file.name: file for file in files}
        inner = {each.name: each for level in levels for each in level.folders}
        return Content(
            files=tuple(found[each] for each in sorted(found)),
            folders=tuple(inner[each] for each in sorted(inner)),
            links=tuple(link for level in levels for link in level.links),
            notes=tuple(note for level in levels for note in level.notes),
        )

    return Folder(name=name, list=content)


def mostly(found: int, of: int) -> bool:
    """Tell whether nearly all entries fit a rule: a stray file of a teacher's is no reason to doubt."""
    return found >= 2 and found * 10 >= of * 9


def clean(value: Any) -> str:
    """Return a text that an export tells as one short line that can be shown; empty for what is no text."""
    return printable(" ".join(value.split())[:MAX_KEY]) if isinstance(value, str) else ""


def keys_of(**keys: Any) -> dict[str, str]:
    """Return those keys that are told."""
    return {key: text for key, value in keys.items() if (text := clean(value))}


def safe_id(text: str) -> str:
    """Return a text as the id of a submission, which is also the name of its report."""
    name = _UNSAFE.sub("_", clean(text)).lstrip(". ")
    name = name.encode("utf-8", "replace")[:_MAX_ID_BYTES].decode("utf-8", "ignore").rstrip(". ")
    return name or "unnamed"


def moment(text: Any) -> str:
    """Return a time that has an offset as ISO 8601, empty for anything else."""
    found = _TIME.fullmatch(clean(text))
    if found is None:
        return ""
    offset = found["offset"].replace("UTC", "+00:00").replace("Z", "+00:00")
    part = (found["part"] or "")[:7]
    try:
        return datetime.fromisoformat(
            f"{found['day']}T{found['clock']}{part.ljust(7, '0') if part else ''}{offset}"
        ).isoformat()
    except ValueError:
        return ""


def without_prefix(names: Sequence[str], assignment_id: str) -> dict[str, str]:
    """Return what stands behind ``<assignment>-`` in the names of repositories, for those of which it is certain.

    It is where all names begin with the assignment's id, else where several begin with the same words.
    """
    slug = "-".join(re.findall(r"[a-z0-9]+", assignment_id.lower()))
    found = {name: name[len(slug) + 1 :] for name in names if name.lower().startswith(f"{slug}-")}
    if found:
        return {name: user for name, user in found.items() if user}
    if len(names) < 2:
        return {}
    shortest = min(names, key=len)
    same = next(
        (place for place, letter in enumerate(shortest) if any(name[place] != letter for name in names)),
        len(shortest),
    )
    cut = shortest.rfind("-", 0, same) + 1
    return {name: name[cut:] for name in names if name[cut:]} if cut else {}


def with_notes(entry: Entry, *notes: str) -> Entry:
    """Return an entry that says more."""
    return replace(entry, notes=(*entry.notes, *notes))
