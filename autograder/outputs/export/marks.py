"""Points for a column that is worth something of its own. Exact: a `Decimal` is rounded only where it is converted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from autograder.errors import UsageError
from autograder.model import SubmissionReport
from autograder.outputs.export.audience import HIDDEN
from autograder.outputs.export.batch import Batch, LeftOut, Settings, Stored
from autograder.outputs.wording import points

_CENT = Decimal("0.01")
"""What Canvas still tells apart."""


_SPACES = re.compile(r"(?<=\d)[\s'\u2019](?=\d{3}(?!\d))")
_GROUPED = re.compile(
    r"(?P<whole>[+-]?[1-9]\d{0,2}(?:(?P<apart>[.,])\d{3})(?:(?P=apart)\d{3})*)"
    r"(?:(?!(?P=apart))(?P<sign>[.,])(?P<rest>\d*))?",
    re.ASCII,
)
_PLAIN = re.compile(r"(?P<whole>[+-]?\d*)(?:(?P<sign>[.,])(?P<rest>\d*))?", re.ASCII)


def read_points(text: str) -> Decimal | None:
    """Return the number in a cell of theirs, with a decimal point or comma, thousands apart or not; None if it is none.

    The last sign is the decimal one, unless it stands in front of three digits and there is no other kind.
    """
    found = _parts(text)
    try:
        return Decimal(f"{re.sub('[.,]', '', found['whole'])}.{found['rest'] or 0}") if found else None
    except InvalidOperation:
        return None


def has_decimal_comma(text: str) -> bool:
    """Tell whether a cell of theirs is a number with a decimal comma."""
    found = _parts(text)
    return found is not None and found["sign"] == ","


def _parts(text: str) -> re.Match[str] | None:
    text = _SPACES.sub("", text.strip())
    if not any(map(str.isdigit, text)):
        return None
    return _GROUPED.fullmatch(text) or _PLAIN.fullmatch(text)


def marks_for_column(
    found: Mapping[int, Stored], batch: Batch, settings: Settings, worth: Decimal | None, where: str
) -> tuple[dict[int, Decimal], list[LeftOut], list[str]]:
    """Return the points of each place, in points of a column that is ``worth`` so many (None: it does not say).

    Then who is left out, for a submission that was graded in part is of another scale, and what to say. Raise
    `UsageError` if all are of another scale than the column and nobody has asked to convert them.
    """
    full, notes = full_marks(batch, settings)
    if full is None or not found:
        return {}, [], notes
    if settings.rescale and worth != full and settings.points is None:
        raise UsageError(
            f"--rescale: what full marks are is not known, for the assignment {batch.assignment} is not at hand; its "
            f"reports are out of {points(full)} at most. Run this where its folder is, or leave the option out."
        )
    if settings.rescale and settings.points is not None:
        full, notes = settings.points, []
    if settings.rescale and (worth is None or worth <= 0 or full <= 0):
        raise UsageError(f"--rescale: {where} does not say what it is worth. Leave the option out.")
    if worth is not None and worth != full and not settings.rescale:
        raise UsageError(
            f"{where} is worth {points(worth)} points, but the reports give {points(full)} for full marks. "
            f"Change the column to {points(full)} points there, or convert with --rescale."
        )
    marks: dict[int, Decimal] = {}
    left_out: list[LeftOut] = []
    for place, item in found.items():
        report = item.report
        if report.max_score != full:
            left_out.append(other_scale(item, full))
        elif worth is not None and worth != full:
            marks[place] = (report.score * worth / full).quantize(_CENT, rounding=ROUND_HALF_UP)
        else:
            marks[place] = report.score
    return marks, left_out, notes


def number(value: Decimal) -> int | float:
    """Return points as a JSON number: written out, it has the same digits, up to fifteen of them."""
    return int(value) if value == value.to_integral_value() else float(value)


def full_marks(batch: Batch, settings: Settings) -> tuple[Decimal | None, list[str]]:
    """Return what most points in a graded report are, and what to say where that may be a part of the assignment.

    Where the assignment is at hand, its points count as soon as one report was graded on all of it. None if no report
    was graded.
    """
    graded = [item.report for item in batch.items if item.graded]
    if not graded:
        return None, []
    if any(report.max_score == settings.points for report in graded):
        return settings.points, []
    most = max(graded, key=lambda report: report.max_score)
    why = (
        "the assignment is not at hand to compare"
        if settings.points is None
        else f"the assignment is worth {points(settings.points)}"
    )
    said = f"full marks = exercises {_exercises(most)}: {points(most.max_score)} points; {why}"
    return most.max_score, [said]


def other_scale(item: Stored, full: Decimal) -> LeftOut:
    """Say why the points of a report do not compare with those of the others."""
    report = item.report
    why = (
        f"it is out of {points(report.max_score)} points (exercises {_exercises(report)}), but full marks are "
        f"{points(full)}. Grade it with all exercises"
    )
    return LeftOut(id=report.id, why=why)


def _exercises(report: SubmissionReport) -> str:
    return ", ".join(each.id for each in report.exercises if each.id != HIDDEN)
