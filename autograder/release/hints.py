"""HINTS.md: the hints of all blanks, each folded away until it is asked for."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from autograder.model import Assignment, Exercise
from autograder.release.reference import Reference, points_text

_CODE = re.compile(r"(`+[^`]+`+)")


def hints_page(assignment: Assignment, references: Iterable[tuple[Exercise, Reference]]) -> str:
    """Return the page, in Markdown as GitHub and editors show it."""
    lines = [
        f"# Hints: {markdown(assignment.title)}",
        "",
        "Try a blank by yourself first. Then open one hint at a time: each says more than the one before it.",
    ]
    for exercise, reference in references:
        lines += ["", f"## {markdown(exercise.id)} {markdown(exercise.title)}", "", f"In `{exercise.file}`."]
        lines += _blanks(reference)
    return "\n".join(lines) + "\n"


def _blanks(reference: Reference) -> Iterator[str]:
    for region in reference.regions:
        yield from ("", f"### Blank {region.number}{points_note(region.points)}", "", markdown(region.prompt))
        for level, hint in enumerate(region.hints, 1):
            yield from (
                "",
                "<details>",
                f"<summary>Hint {level}</summary>",
                "",
                markdown(hint),
                "",
                "</details>",
            )


def points_note(points: Decimal | None) -> str:
    """Return `` (3 points)``, as behind the number of a blank; "" where it has no points."""
    return "" if points is None else f" ({points_text(points)})"


def markdown(text: str) -> str:
    """Return a line of an instructor's text for Markdown: code between backticks stays code, the rest is plain text."""
    pieces = _CODE.split(text)
    # A prompt's <sourceId> must not be taken for HTML, nor __aexit__ for bold.
    return "".join(
        piece if index % 2 else re.sub(r"([\\*_\[\]#])", r"\\\1", html.escape(piece, quote=False))
        for index, piece in enumerate(pieces)
    )
