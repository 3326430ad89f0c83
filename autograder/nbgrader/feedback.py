"""``feedback/``: a page for each notebook, under the name under which nbgrader looks for it when it is released."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.model import Exercise, Status, SubmissionReport
from autograder.nbgrader.gradebook import UNGRADED, Added, Standing
from autograder.nbgrader.source import concept_of
from autograder.nbgrader.wording import exercise_text
from autograder.outputs.feedback_page import Row, feedback_page


def notebook_page(
    report: SubmissionReport, exercise: Exercise, standing: Mapping[str, Standing], added: Added
) -> bytes:
    """Return the page about one notebook; ``standing`` and ``added`` are what the gradebook says of it."""
    rows = [
        Row(name=concept_of(cell) or cell, score=each.score, points=each.points, by_hand=each.by_hand)
        for cell, each in standing.items()
    ]
    text = exercise_text(report, exercise.id) if report.status is Status.GRADED else UNGRADED
    title = f"{exercise.id} {exercise.title}"
    page = feedback_page(title, report.id, rows, text, comments=added.comments, penalty=added.penalty)
    return page.encode("utf-8", "backslashreplace")
