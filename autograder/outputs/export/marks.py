"""Points for a column that is worth something of its own. Exact: a `Decimal` is rounded only where it is converted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from autograder.errors import UsageError
from autograder.outputs.export.audience import HIDDEN
from autograder.outputs.export.batch import LeftOut, Stored
from autograder.outputs.wording import points

_CENT = Decimal("0.01")
"""What Canvas still tells apart."""


def read_points(text: str) -> Decimal | None:
    """Return the number in a cell of theirs, with a decimal point or comma; None if there is none."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def marks_for_column(
    found: Mapping[int, Stored], worth: Decimal | None, where: str, rescale: bool
) -> tuple[dict[int, Decimal], list[LeftOut]]:
    """Return the points of each place, in points of a column that is ``worth`` so many (None: it does not say).

    Left out is whose submission was about fewer exercises than the others': its points are of another scale. Raise
    `UsageError` if all are of another scale than the column and nobody has asked to convert them.
    """
    if not found:
        return {}, []
    full = full_marks(found.values())
    if worth is not None and worth != full and not rescale:
        raise UsageError(
            f"{where} is worth {points(worth)} points, but the reports give {points(full)} for full marks. "
            f"Change the column to {points(full)} points there, or convert with --rescale."
        )
    if rescale and (worth is None or worth <= 0 or full <= 0):
        raise UsageError(f"--rescale: {where} does not say what it is worth. Leave the option out.")
    marks: dict[int, Decimal] = {}
    left_out: list[LeftOut] = []
    for place, item in found.items():
        report = item.report
        if report.max_score != full:
            left_out.append(LeftOut(id=report.id, why=other_scale(item, full)))
        elif rescale and worth is not None and worth != full:
            marks[place] = (report.score * worth / full).quantize(_CENT, rounding=ROUND_HALF_UP)
        else:
            marks[place] = report.score
    return marks, left_out


def number(value: Decimal) -> int | float:
    """Return points as a JSON number: written out, it has the same digits, up to fifteen of them."""
    return int(value) if value == value.to_integral_value() else float(value)


def full_marks(items: Iterable[Stored]) -> Decimal:
    """Return what most reports are out of, the most points among equals."""
    count = Counter(item.report.max_score for item in items)
    return max(count, key=lambda worth: (count[worth], worth))


def other_scale(item: Stored, full: Decimal) -> str:
    """Say why the points of a report do not compare with those of the others."""
    exercises = ", ".join(each.id for each in item.report.exercises if each.id != HIDDEN)
    return (
        f"it is out of {points(item.report.max_score)} points (exercises {exercises}), the others out of "
        f"{points(full)}. Grade it with all exercises"
    )
