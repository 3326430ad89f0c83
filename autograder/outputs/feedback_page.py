"""What a student reads about one exercise as a page of its own, without scripts and without anything from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.escape import LONGEST_NAME, visible
from autograder.outputs.page import OurOwn, policy, read, write


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table: what one part of the exercise is worth."""

    name: str
    score: float | None
    """None: nobody has given the points yet."""
    points: float
    by_hand: bool = False


def feedback_page(
    title: str,
    who: str,
    rows: Sequence[Row],
    text: str,
    *,
    comments: Sequence[str] = (),
    penalty: float = 0.0,
) -> str:
    """Return the page; ``text`` is what is to be told beside the points, with line ends, made visible already.

    ``comments`` are a person's, ``penalty`` the points that are taken off for lateness.
    """
    style = read("report.css")
    finished = all(row.score is not None for row in rows)
    total = max(sum(row.score or 0.0 for row in rows) - penalty, 0.0)
    worth = sum(row.points for row in rows)
    return write(
        "feedback.html.jinja",
        "page",
        title,
        visible(who, longest=LONGEST_NAME),
        policy(style),
        OurOwn(style),
        f"{total:g} of {worth:g} points" if finished else "not finished",
        [(row.name, _score(row), f"{row.points:g}") for row in rows],
        any(row.by_hand for row in rows),
        text.split("\n") if text else [],
        finished,
        f"{penalty:g}" if penalty else "",
        [comment.split("\n") for comment in comments],
    )


def _score(row: Row) -> str:
    return "-" if row.score is None else f"{row.score:g}{'*' if row.by_hand else ''}"
