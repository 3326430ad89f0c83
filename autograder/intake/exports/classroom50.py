"""Classroom 50: the students' repositories, ``<classroom>-<assignment>-<username>``, with their results beside them.

A result is believed only where it lies beside the repositories: one inside of a repository is what a student says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from autograder.intake.exports.entry import Entry, Export, Place, clean, keys_of, moment, without_prefix
from autograder.intake.exports.git import name_of, repositories_in, repository_entry
from autograder.intake.tree import File, Unreadable, is_archive

SCHEMA = "classroom50/result/v1"
_MAX_RESULT_BYTES = 10 * 2**20
_MOST_RESULTS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    file: str
    prefix: str
    """``<classroom>-<assignment>-``"""
    owner: str
    datetime: str

    @property
    def repository(self) -> str:
        return f"{self.prefix}{self.owner}"


def looks_like(place: Place) -> bool:
    """Whether a result of Classroom 50 lies beside at least one repository of its owner."""
    names = {name_of(each).lower() for each in repositories_in(place)}
    return any(result.repository.lower() in names for result in _results(place)[0])


def read(place: Place) -> Export:
    """Return a submission for each repository."""
    results, passed_over = _results(place)
    repositories = repositories_in(place)
    names = [name_of(each) for each in repositories]
    users = without_prefix(names, place.assignment.id)
    for prefix in {result.prefix.lower() for result in results}:
        users |= {
            name: name[len(prefix) :]
            for name in names
            if name.lower().startswith(prefix) and len(name) > len(prefix)
        }
    by_name = {result.repository.lower(): result for result in results}
    entries: list[Entry] = []
    for each in repositories:
        result = by_name.pop(name_of(each).lower(), None)
        user = result.owner if result else users.get(name_of(each), "")
        time = result.datetime if result else ""
        entries.append(repository_entry(place, each, "classroom50", keys_of(github_user=user), time))
    passed_over += [
        f"{result.file}: the repository {result.repository} is not there" for result in by_name.values()
    ]
    return Export(entries=tuple(entries), passed_over=tuple(passed_over))


def _results(place: Place) -> tuple[list[_Result], list[str]]:
    """Return the results that lie there, and what else does."""
    results: list[_Result] = []
    passed_over: list[str] = []
    for file in place.content.files:
        if is_archive(file.name):
            continue
        result = _read_result(file) if len(results) < _MOST_RESULTS else None
        if result is None:
            passed_over.append(f"{file.name}: neither a repository nor a result of Classroom 50")
        else:
            results.append(result)
    return results, passed_over


def _read_result(file: File) -> _Result | None:
    if not file.name.lower().endswith(".json"):
        return None
    try:
        plain: Any = json.loads(file.read(_MAX_RESULT_BYTES))
    except (Unreadable, ValueError, RecursionError):
        return None
    if not isinstance(plain, dict) or plain.get("schema") != SCHEMA:
        return None
    classroom, assignment = clean(plain.get("classroom")), clean(plain.get("assignment"))
    owner = clean(plain.get("owner"))
    if not (classroom and assignment and owner):
        return None
    return _Result(
        file=file.name,
        prefix=f"{classroom}-{assignment}-",
        owner=owner,
        datetime=moment(plain.get("datetime")),
    )
