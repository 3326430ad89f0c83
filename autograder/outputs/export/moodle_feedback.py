"""What Moodle shows a student next to the grade: HTML on one line, which a spreadsheet cannot take for a formula."""

from __future__ import annotations

import html
import re

from autograder.escape import visible
from autograder.model import Outcome, SubmissionReport
from autograder.outputs.export.audience import HIDDEN
from autograder.outputs.export.explanation import (
    each_test,
    explanation,
    finding_lines,
    headline,
    hidden_line,
)
from autograder.outputs.wording import points, some

START = "<p>Automatic feedback: "
"""What tells a comment of ours from a teacher's."""

_MOST = 20
_LONGEST = 600
# Entities end in a semicolon, at which half of Europe's spreadsheets part cells.
_FORMULA = re.compile(r"([;|][\s\"']*)([=+\-@\uff1d\uff0b\uff0d\uff20])")


def feedback(report: SubmissionReport) -> str:
    """Return the comment on a submission, from a report that holds what students may see."""
    lost = [
        test
        for _, exercise, test in each_test(report)
        if test.outcome is not Outcome.PASSED and exercise.id != HIDDEN
    ]
    shown, more = some(lost, _MOST)
    blocks = [f"{START}{_escape(headline(report))}</p>"]
    for test in shown:
        lines = [f"{test.name}: {points(test.score)}/{points(test.max_score)}", *explanation(test)]
        blocks.append(f"<p>{'<br>'.join(map(_escape, lines))}</p>")
    blocks += [
        f"<p>{_escape(line)}</p>" for line in (more, *finding_lines(report), hidden_line(report)) if line
    ]
    text = "".join(blocks)
    while (guarded := _FORMULA.sub(lambda found: f"{found[1]}&#{ord(found[2])};", text)) != text:
        text = guarded
    return text


def _escape(text: str) -> str:
    return "<br>".join(html.escape(line) for line in visible(text, lines=True, longest=_LONGEST).split("\n"))
