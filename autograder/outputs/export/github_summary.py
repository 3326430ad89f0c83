"""``github-summary``: Markdown for ``$GITHUB_STEP_SUMMARY``, the page of a workflow's run. For students.

GitHub refuses a summary of more than 1 MiB as a whole, so what does not fit is left out in whole parts, and said so.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograder.escape import LONGEST_NAME, markdown_block, markdown_code
from autograder.model import Outcome
from autograder.outputs.export.audience import HIDDEN
from autograder.outputs.export.batch import Batch, Exported, Settings, Stored, one_file
from autograder.outputs.export.explanation import each_test, explanation, finding_lines, hidden_line
from autograder.outputs.wording import points

_MOST_BYTES = 2**20
_RESERVE = 200
"""Bytes for the note that something was left out."""


def export(batch: Batch, settings: Settings) -> Exported:
    """Return the summary."""
    pieces: list[str] = []
    room = _MOST_BYTES - _RESERVE
    dropped = 0
    for piece in _pieces(batch):
        size = len(piece.encode("utf-8"))
        if dropped or size > room:
            dropped += 1
            continue
        pieces.append(piece)
        room -= size
    if dropped:
        pieces.append(f"\n**{dropped} more parts do not fit into this page.**\n")
    notes = [f"{dropped} parts do not fit into a step summary and are left out"] if dropped else []
    return one_file("".join(pieces), notes=notes)


def _pieces(batch: Batch) -> Iterator[str]:
    yield f"# {markdown_code(batch.assignment)}\n"
    if len(batch.items) > 1:
        yield "\n| submission | points |\n| --- | ---: |\n"
        for item in batch.items:
            yield f"| {markdown_code(item.report.id, longest=LONGEST_NAME)} | {_score(item)} |\n"
    for item in batch.items:
        yield from _submission(item, named=len(batch.items) > 1)


def _score(item: Stored) -> str:
    if not item.graded:
        return "not graded"
    return f"{points(item.report.score)} of {points(item.report.max_score)}"


def _submission(item: Stored, named: bool) -> Iterator[str]:
    report = item.report
    if named:
        yield f"\n## {markdown_code(report.id, longest=LONGEST_NAME)}\n"
    if not item.graded:
        yield f"\n**Not graded:**\n\n{markdown_block(report.reason or 'no reason was given')}"
        return
    yield f"\n**{_score(item)} points**\n"
    if line := hidden_line(report):
        yield f"\n{line}\n"
    shown = [test for _, exercise, test in each_test(report) if exercise.id != HIDDEN]
    if shown:
        yield "\n| | test | points |\n| --- | --- | ---: |\n"
    for test in shown:
        mark = ":white_check_mark:" if test.outcome is Outcome.PASSED else ":x:"
        yield f"| {mark} | {markdown_code(test.name)} | {points(test.score)}/{points(test.max_score)} |\n"
    for test in shown:
        if test.outcome is not Outcome.PASSED and (lines := explanation(test)):
            yield f"\n{markdown_code(test.name)}\n\n{markdown_block(chr(10).join(lines))}"
    for line in finding_lines(report):
        yield f"\n{markdown_block(line)}"
