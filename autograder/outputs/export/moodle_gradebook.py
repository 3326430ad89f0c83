"""``moodle-gradebook``: a table for the CSV import of Moodle's gradebook.

One column says who it is. Moodle gives up the whole import at the first person whom it does not know, so all are named
by the same kind of key, and who has none is left out.
"""

from __future__ import annotations

from autograder.outputs.export.batch import Batch, Exported, LeftOut, Settings, Stored, not_graded, one_file
from autograder.outputs.export.marks import full_marks, other_scale
from autograder.outputs.export.moodle_feedback import feedback
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
    full = full_marks(graded) if graded else None
    rows = [[_TITLES.get(key, "Submission"), batch.assignment, f"{batch.assignment} feedback"]]
    taken: dict[str, str] = {}
    for item in graded:
        report = item.report
        value = _key(item, key) if key else report.id
        if full is not None and report.max_score != full:
            left_out.append(LeftOut(id=report.id, why=other_scale(item, full)))
        elif not value:
            left_out.append(
                LeftOut(id=report.id, why=f"its report has no {key}, by which the others are named")
            )
        elif value in taken:
            left_out.append(LeftOut(id=report.id, why=f"{value} is {taken[value]} already"))
        else:
            taken[value] = report.id
            rows.append([value, points(report.score), feedback(report)])
    return one_file(to_csv(rows), left_out=left_out, notes=notes)


def _key(item: Stored, key: str) -> str:
    return item.report.origin.keys.get(key, "").strip()
