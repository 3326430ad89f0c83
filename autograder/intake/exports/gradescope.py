"""Gradescope: the archive of "Export Submissions", with a folder for each submission and ``submission_metadata.yml``.

The file says who has handed in (a group has several submitters) and when. Earlier attempts are named in it, their files
are not there: only the last one can be graded.
"""

from __future__ import annotations

import re
from typing import Any

from autograder.intake.exports.entry import (
    Entry,
    Export,
    Place,
    clean,
    joined,
    keys_of,
    moment,
    safe_id,
)
from autograder.intake.exports.plain_yaml import read_yaml
from autograder.intake.tree import File, Folder, Unreadable
from autograder.model import Origin

METADATA = "submission_metadata.yml"
_KEY = re.compile(r"submission_(?P<number>\d+)", re.ASCII)
_MAX_METADATA_BYTES = 64 * 2**20
_MOST_SUBMITTERS = 50
_NAMES_IN_ID = 3
# What tests said may be much, and is nothing to grade by.
_SKIPPED = frozenset({":results", ":leaderboard"})


def looks_like(place: Place) -> bool:
    """Whether the metadata lie beside at least one folder that is called as Gradescope calls them."""
    found = [folder for folder in place.content.folders if _KEY.fullmatch(folder.name)]
    return place.content.file(METADATA) is not None and bool(found)


def read(place: Place) -> Export:
    """Return a submission for each folder, and for each one that the metadata speak of."""
    passed_over: list[str] = []
    told: dict[str, dict[str, Any]] = {}
    metadata = place.content.file(METADATA)
    if metadata is None:
        passed_over.append(f"{METADATA}: it is not there, so nobody knows whose submissions these are")
    else:
        try:
            told = _read_metadata(metadata)
        except Unreadable as error:
            passed_over.append(f"{error}; so nobody knows whose submissions these are")
    folders = {folder.name: folder for folder in place.content.folders}
    files = {file.name: file for file in place.content.files if file is not metadata}
    entries = []
    for key, facts in told.items():
        entries.append(_entry(key, facts, folders.pop(key, None), files.pop(key, None)))
    entries += [_entry(name, None, folder, None) for name, folder in folders.items()]
    passed_over += [f"{name}: {METADATA} does not name it" for name in files]
    return Export(entries=tuple(entries), passed_over=tuple(passed_over))


def _read_metadata(file: File) -> dict[str, dict[str, Any]]:
    plain = read_yaml(file.name, file.read(_MAX_METADATA_BYTES), skip=_SKIPPED)
    if not isinstance(plain, dict):
        raise Unreadable(f"{METADATA} is not what Gradescope writes: it begins with no submission")
    return {
        clean(key): facts if isinstance(facts, dict) else {} for key, facts in plain.items() if clean(key)
    }


def _entry(key: str, facts: dict[str, Any] | None, folder: Folder | None, file: File | None) -> Entry:
    found = _KEY.fullmatch(key)
    number = found["number"] if found else ""
    people = _submitters(facts or {})
    history = _value(facts or {}, "history")
    earlier = len(history) if isinstance(history, list) else 0
    names = [each["name"] for each in people if "name" in each]
    notes = []
    if facts is None:
        notes.append(f"{METADATA} does not name {key}")
    if len(people) > 1:
        notes.append(f"handed in by a group of {len(people)}: {', '.join(_called(each) for each in people)}")
    if earlier:
        notes.append(f"handed in {earlier + 1} times; only the last attempt is in the export")
    problem = "" if folder or file else f"{METADATA} names {key}, but no such folder is in the export"
    return Entry(
        id=safe_id(f"{_joined_names(names)}_{number}" if names and number else key),
        folder=folder or joined(key, [file] if file else [], []),
        origin=Origin(
            system="gradescope",
            keys=_keys(people, number or key),
            submitted_at=moment(_value(facts or {}, "created_at")),
            attempt=earlier + 1 if facts and isinstance(history, list) else 0,
        ),
        notes=tuple(notes),
        problem=problem,
    )


def _value(facts: dict[str, Any], name: str) -> Any:
    """Return what stands under a key; Ruby writes its symbols with a colon in front."""
    return facts.get(f":{name}", facts.get(name))


def _submitters(facts: dict[str, Any]) -> list[dict[str, str]]:
    submitters = _value(facts, "submitters")
    people = []
    for each in submitters[:_MOST_SUBMITTERS] if isinstance(submitters, list) else ():
        if isinstance(each, dict):
            keys = {name: _value(each, name) for name in ("name", "email", "sid")}
            people.append(keys_of(**keys))
    return [each for each in people if each]


def _keys(people: list[dict[str, str]], number: str) -> dict[str, str]:
    """Return the keys of the first submitter, and those of the others with a number behind each."""
    keys = keys_of(gradescope_submission_id=number)
    for place, person in enumerate(people, 1):
        keys |= {key if place == 1 else f"{key}_{place}": value for key, value in person.items()}
    return keys


def _called(person: dict[str, str]) -> str:
    return person.get("name") or next(iter(person.values()))


def _joined_names(names: list[str]) -> str:
    more = len(names) - _NAMES_IN_ID
    return " + ".join(names[:_NAMES_IN_ID]) + (f" and {more} more" if more > 0 else "")
