"""What a student reads beside the score: plain text, and at its end a mark by which it is found again.

The mark depends on whom the comment is for and on all that it says, so that the same comment has the same mark in every
run, and nobody can know it before it is there.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

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

LEVELS = ("none", "summary", "full")
"""How much a comment says: nothing, the points of each exercise, each test that was not passed as well."""

_MOST_TESTS = 30
_LONGEST_TEST = 600
_LONGEST = 15_000
"""Characters. Canvas takes 65,535 bytes."""
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_MARK = re.compile(r"\[autograder ([0-9a-f]{16})\]")


def comment(report: SubmissionReport, level: str) -> str:
    """Return the comment on a submission, from a report that holds what students may see; empty if there is none."""
    if level == "none":
        return ""
    lines = [f"Automatic feedback: {headline(report)}"]
    lines += [
        f"{each.id} {each.title}: {points(each.score)}/{points(each.max_score)}"
        for each in report.exercises
        if each.id != HIDDEN
    ]
    lines += [line for line in (hidden_line(report),) if line]
    if level == "full":
        lost = [
            test
            for _, exercise, test in each_test(report)
            if test.outcome is not Outcome.PASSED and exercise.id != HIDDEN
        ]
        shown, more = some(lost, _MOST_TESTS)
        for test in shown:
            said = [f"{test.name}: {points(test.score)}/{points(test.max_score)}", *explanation(test)]
            lines += ["", visible("\n".join(said), lines=True, longest=_LONGEST_TEST)]
        lines += ["", *finding_lines(report)] if report.findings else []
        lines += ["", more] if more else []
    return plain("\n".join(lines))


def plain(text: str) -> str:
    """Return a text that is the same in a system that reads comments as HTML and in one that does not."""
    text = visible(text, lines=True, longest=_LONGEST, most_lines=1000)
    # Some versions of Canvas take what looks like a tag out; <class 'int'> is no rare word in a message.
    return _TAG.sub("‹", _MARK.sub("(autograder)", text))


def mark_of(*parts: str | bytes) -> str:
    """Return the mark of a comment, from whom it is for and all that it consists of."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:16]


def marked(text: str, mark: str) -> str:
    """Return a comment with its mark."""
    return f"{text}\n\n[autograder {mark}]"


def marks_in(text: str) -> frozenset[str]:
    """Return the marks in a comment that was read."""
    return frozenset(_MARK.findall(text))


def repeated(texts: Iterable[str]) -> frozenset[str]:
    """Return the marks that stand in more than one of these comments."""
    count = Counter(mark for text in texts for mark in marks_in(text))
    return frozenset(mark for mark, times in count.items() if times > 1)
