"""``submission_metadata.json``: when something was handed in, when it was due, and what was graded before.

Real files differ from their documentation: scores are texts, members have dates of their own, nulls stand where numbers
should. So everything is optional here; what cannot be read is left out and told in ``notes``. Names and addresses of
students stand in that file, too: they are never taken out of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.lateness import latest, parse_moment

_MOST_BYTES = 64 * 2**20
_MOST_PREVIOUS = 10_000


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
            results=each["results"] if isinstance(each.get("results"), dict) else None,
        )
        for each in _objects(document.get("previous_submissions"))[:_MOST_PREVIOUS]
    ]
    # Those without a time come first: nothing is to be hung on them.
    return iter(
        sorted(found, key=lambda each: each.submitted.timestamp() if each.submitted else float("-inf"))
    )


def _objects(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
