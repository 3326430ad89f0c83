"""What an instructor writes above a blank: its number, its points, what goes there, and the hints.

::

    # Blank 5 (3 points): what goes there
    # Hint 1: a gentle hint
    # Hint 2: a more explicit one,
    #     which goes on in the next line
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from autograder.release.source import Source

_BLANK = re.compile(r"# Blank (\d+)(?: \((.*?)\))?: (\S.*)")
_NEARLY_BLANK = re.compile(r"#+\s*Blank\s*\d", re.IGNORECASE)
_POINTS = re.compile(r"((?:0|[1-9]\d{0,5})(?:\.\d{1,2})?) (points?)")
_HINT = re.compile(r"# Hint (\d+): (\S.*)")
_NEARLY_HINT = re.compile(r"#+\s*Hint\s*\d*\s*:", re.IGNORECASE)
_CONTINUED = re.compile(r"# {3,}(\S.*)")

FORM = "# Blank {}: what goes there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """The comment above a blank."""

    number: int
    line: int
    """Where the comment stands, counted from 1; the hints are below it."""
    text: str
    points: Decimal | None
    hints: tuple[str, ...]
    """From the gentlest to the most explicit."""
    end: int
    """The line behind the comment and its hints: here the solution must begin."""


def is_blank(comment: str) -> bool:
    """Tell whether a comment is, or was probably meant to be, that of a blank."""
    return _NEARLY_BLANK.match(comment) is not None


def is_hint(comment: str) -> bool:
    """Tell whether a comment is, or was probably meant to be, a hint."""
    return _NEARLY_HINT.match(comment) is not None


def read_prompt(source: Source, line: int, expected: int) -> Prompt:
    """Read the comment in this line, which `is_blank`, and its hints; raise `ConfigurationError` if one is wrong."""
    comment = source.own_comment(line).rstrip()
    found = _BLANK.fullmatch(comment)
    if found is None:
        form = FORM.format(expected)
        source.fail(
            line,
            f"nothing says what goes into this blank: write {form}, or with points "
            f"{form.replace(':', ' (3 points):')}",
        )
    number, points, text = found.groups()
    if number != str(expected):
        source.fail(line, f"this is blank {number}, but it should be blank {expected}: number in order")
    hints, end = _read_hints(source, line + 1)
    return Prompt(
        number=expected,
        line=line,
        text=text,
        points=None if points is None else _read_points(source, line, points),
        hints=hints,
        end=end,
    )


def check_all_have_points(source: Source, prompts: list[Prompt]) -> None:
    """Raise `ConfigurationError` if some blanks have points and others have none."""
    without = [prompt for prompt in prompts if prompt.points is None]
    if without and len(without) < len(prompts):
        source.fail(
            without[0].line,
            f"blank {without[0].number} has no points, but others have: give each blank points, or none",
        )


def _read_points(source: Source, line: int, text: str) -> Decimal:
    found = _POINTS.fullmatch(text)
    if found is None:
        source.fail(
            line, f"({text}) is not a number of points: write (3 points), (1 point) or (0.25 points), "
            "with at most two decimals"
        )  # fmt: skip
    points = Decimal(found[1])
    if not points:
        source.fail(line, "a blank is worth more than 0 points: give it some, or give no blank points")
    unit = "point" if points == 1 else "points"
    if found[2] != unit:
        source.fail(line, f"write ({found[1]} {unit})")
    return points


def _read_hints(source: Source, line: int) -> tuple[tuple[str, ...], int]:
    """Return the hints that begin in ``line`` and the line behind them."""
    hints: list[str] = []
    while line <= len(source.lines):
        comment = source.own_comment(line).rstrip()
        if is_hint(comment):
            found = _HINT.fullmatch(comment)
            if found is None:
                source.fail(line, f"this hint is not readable: write # Hint {len(hints) + 1}: what helps")
            if found[1] != str(len(hints) + 1):
                source.fail(line, f"this is hint {found[1]}, but it should be hint {len(hints) + 1}")
            hints.append(found[2])
        elif hints and (more := _CONTINUED.fullmatch(comment)):
            hints[-1] += f" {more[1]}"
        else:
            break
        line += 1
    return tuple(hints), line
