"""``moodle-gradebook``: a table for the CSV import of Moodle's gradebook.

One column says who it is. Moodle gives up the whole import at the first person whom it does not know, so all are named
by the same kind of key, and who has none is left out.
"""

from __future__ import annotations

from collections import defaultdict

from autograder.intake.people import members, normal
from autograder.outputs.export.batch import Batch, Exported, LeftOut, Settings, Stored, not_graded, one_file
from autograder.outputs.export.marks import full_marks, other_scale
from autograder.outputs.export.moodle_feedback import feedback
from autograder.outputs.export.roster import twice
from autograder.outputs.export.sheet import to_csv
from autograder.outputs.wording import points

_TITLES = {"email": "Email address", "sid": "ID number", "login": "Username"}


def export(batch: Batch, settings: Settings) -> Exported:
    """Return the table."""
    graded = [item for item in batch.items if item.graded]
    left_out = [not_graded(item) for item in batch.items if not item.graded]
    key = max(_TITLES, key=lambda each: sum(bool(_key(item, each)) for item in graded))
    notes = []
    if not any(_key(item, key) for item in graded):
        key = ""
        notes.append(
            "no report says who its student is in Moodle: the first column has the ids of the submissions. "
            "Map it to what they are there: user name, ID number or email address."
        )
    full, said = full_marks(batch, settings)
    notes += said
    rows = [[_TITLES.get(key, "Submission"), batch.assignment, f"{batch.assignment} feedback"]]
    claims = _claims(graded)
    for item in graded:
        others = {each for claim in _persons(item) for each in claims[claim]} - {item.report.id}
        report = item.report
        values = [member.get(key, "").strip() for member in _members(item)] if key else [report.id]
        if others:
            left_out.append(twice(item, sorted(others), "Moodle"))
        elif full is not None and report.max_score != full:
            left_out.append(other_scale(item, full))
        else:
            if not all(values):
                who = "a member of its group" if len(values) > 1 else "its report"
                why = f"{who} has no {key}, by which the others are named"
                left_out.append(LeftOut(id=report.id, why=why))
            rows += [
                [value, points(report.score), feedback(report)] for value in dict.fromkeys(values) if value
            ]
    return one_file(to_csv(rows), left_out=left_out, notes=notes)


def _key(item: Stored, key: str) -> str:
    return item.report.origin.keys.get(key, "").strip()


def _persons(item: Stored) -> set[tuple[str, str]]:
    """Return by which keys a report says whose it is."""
    return {
        (key, normal(key, value))
        for member in _members(item)
        for key in _TITLES
        if (value := member.get(key, "").strip())
    }


def _members(item: Stored) -> list[dict[str, str]]:
    """Return the keys of each of those who have handed in together."""
    return members(item.report.origin.keys)


def _claims(graded: list[Stored]) -> dict[tuple[str, str], set[str]]:
    """Return which reports claim the person behind a key."""
    claims: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item in graded:
        for person in _persons(item):
            claims[person].add(item.report.id)
    return claims
