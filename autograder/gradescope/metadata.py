"""``submission_metadata.json``: when something was handed in, when it was due, and what was graded before.

Real files differ from their documentation: scores are texts, members have dates of their own, nulls stand where numbers
should. So everything is optional here; what cannot be read is left out and told in ``notes``. Names and addresses of
students stand in that file, too: they are never taken out of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.lateness import latest, parse_moment

_MOST_BYTES = 64 * 2**20
_MOST_PREVIOUS = 10_000
_LARGEST = 10**15
_NUMBER = re.compile(r"[-+]?\d{1,15}(\.\d{1,15})?", re.ASCII)

_FORMATS = "text html simple_format md ansi"
_VISIBILITIES = "hidden after_due_date after_published visible"
_OF_RESULTS = {
    "score": "number",
    "execution_time": "number",
    "output": "text",
    "output_format": _FORMATS,
    "test_output_format": _FORMATS,
    "test_name_format": _FORMATS,
    "visibility": _VISIBILITIES,
    "stdout_visibility": _VISIBILITIES,
    "extra_data": "object",
    "tests": "list",
    "leaderboard": "list",
}
"""Members of results, and what each may be: a kind, or one of these words."""
_OF_TEST = {
    "score": "number",
    "max_score": "number",
    "status": "passed failed",
    "name": "text",
    "name_format": _FORMATS,
    "number": "text",
    "output": "text",
    "output_format": _FORMATS,
    "tags": "texts",
    "visibility": _VISIBILITIES,
    "extra_data": "object",
}
_OF_PLACE = {"name": "text", "value": "number", "order": "asc desc"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """A submission that was graded before this one."""

    submitted: datetime | None
    failed: bool
    """Gradescope says that the autograder itself had failed."""
    results: Mapping[str, Any] | None
    """The results that we wrote then; Gradescope keeps to giving back those of the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is known about one submission."""

    submission_id: str = ""
    created_at: datetime | None = None
    due: datetime | None = None
    """The latest due date of those who handed it in together, extensions included."""
    previous: tuple[Previous, ...] = ()
    """The oldest first."""
    notes: tuple[str, ...] = ()
    """What is odd about the file, for the teacher."""


def read_metadata(path: Path) -> Metadata:
    """Read a file, as far as it can be read."""
    try:
        with path.open("rb") as file:
            document = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        return Metadata(notes=(f"{path.name} cannot be read ({type(error).__name__})",))
    if not isinstance(document, dict):
        return Metadata(notes=(f"{path.name} holds no object",))
    return parse_metadata(document)


def parse_metadata(document: Mapping[str, Any]) -> Metadata:
    """Return what a file says that was read already."""
    notes: list[str] = []
    created = parse_moment(document.get("created_at"))
    if created is None:
        notes.append("created_at is no moment: it cannot be told whether this is late")
    number = document.get("id")
    return Metadata(
        submission_id=str(number) if isinstance(number, int | str) and not isinstance(number, bool) else "",
        created_at=created,
        due=_due(document, notes),
        previous=tuple(_previous(document)),
        notes=tuple(notes),
    )


def _due(document: Mapping[str, Any], notes: list[str]) -> datetime | None:
    common = _date(document.get("assignment"), notes)
    own = [_date(user.get("assignment"), notes) or common for user in _objects(document.get("users"))]
    return latest(own) if own else common


def _date(assignment: object, notes: list[str]) -> datetime | None:
    given = assignment.get("due_date") if isinstance(assignment, dict) else None
    moment = parse_moment(given)
    if given is not None and moment is None:
        notes.append("a due_date is no moment: it was left out")
    return moment


def _previous(document: Mapping[str, Any]) -> Iterator[Previous]:
    found = [
        Previous(
            submitted=parse_moment(each.get("submission_time")),
            failed=each.get("autograder_error") is True,
            results=_results(each["results"]) if isinstance(each.get("results"), dict) else None,
        )
        for each in _objects(document.get("previous_submissions"))[:_MOST_PREVIOUS]
    ]
    # Those without a time come first: nothing is to be hung on them.
    return iter(
        sorted(found, key=lambda each: each.submitted.timestamp() if each.submitted else float("-inf"))
    )


def _results(given: dict[str, Any]) -> dict[str, Any]:
    """Return results as they may be written again: what is null or of another kind left out."""
    results = _as_written(given, _OF_RESULTS)
    for name, kinds in (("tests", _OF_TEST), ("leaderboard", _OF_PLACE)):
        if name in results:
            results[name] = [_as_written(each, kinds) for each in _objects(results[name])]
    if "leaderboard" in results:
        results["leaderboard"] = [each for each in results["leaderboard"] if {"name", "value"} <= each.keys()]
    return results


def _as_written(given: dict[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    found = {name: _of_kind(given.get(name), kind) for name, kind in kinds.items()}
    return {name: value for name, value in found.items() if value is not None}


def _of_kind(value: Any, kind: str) -> Any:
    """Return a value of one kind, a number also from a text and a text also from a number; None if it is none."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "number":
        if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
            value, number = float(value), True
        return value if number and abs(value) < _LARGEST else None
    if kind == "text":
        return str(value) if number or isinstance(value, str) else None
    if kind == "texts":
        return [each for each in value if isinstance(each, str)] if isinstance(value, list) else None
    if kind == "object":
        return value if isinstance(value, dict) else None
    if kind == "list":
        return value if isinstance(value, list) else None
    return value if isinstance(value, str) and value in kind.split() else None


def _objects(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
