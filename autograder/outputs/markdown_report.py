"""``report.md``: the class and each submission in Markdown, for GitHub, GitLab and whatever else renders it.

Every text that is not ours stands in code, inline or as an indented block: there, and only there, neither HTML, links,
images, mentions, references nor addresses are looked for. A block stands between paragraphs, never in a list, where its
indent would mean something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograder.escape import LONGEST_NAME, markdown_block, markdown_code
from autograder.model import ExerciseReport, Status, SubmissionReport, TestResult
from autograder.outputs.class_file import ClassFile
from autograder.outputs.wording import (
    ABOUT,
    EVIDENCE,
    NO_JAIL,
    finding_line,
    is_without_jail,
    loss,
    lost,
    points,
    score_of,
    some,
    status_of,
    trace,
)


class MarkdownReport(ClassFile):
    """The text."""

    name = "report.md"

    def texts(self, report: SubmissionReport) -> tuple[str, ...]:
        """Return a row of the table, and a section."""
        return self._table_row(report), "".join(_section(report))

    def pieces(self) -> Iterator[str]:
        """Yield the text of the file."""
        yield f"# Report on {markdown_code(self.assignment.id)}\n\n{markdown_code(self.assignment.title)}\n\n"
        if is_without_jail(self.jail):
            yield f"> **WARNING: {NO_JAIL}.**\n\n"
        yield f"{self.tally}. Seed {self.seed}, jail {markdown_code(self.jail)}. {ABOUT}\n\n"
        exercises = [markdown_code(f"{each.id}/{points(each.points)}") for each in self.assignment.exercises]
        yield _table_line(["submission", "status", "total", *exercises])
        yield _table_line(["---", "---", "---:", *["---:"] * len(exercises)])
        yield from self.each(0)
        yield from self.each(1)

    def _table_row(self, report: SubmissionReport) -> str:
        marked = report.evidence or report.status is not Status.GRADED
        return _table_line(
            [
                markdown_code(report.id, longest=LONGEST_NAME),
                f"**{status_of(report)}**" if marked else status_of(report),
                score_of(report),
                *self.exercise_scores(report, unknown="-"),
            ]
        )


def _table_line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _section(report: SubmissionReport) -> Iterator[str]:
    yield f"\n## {markdown_code(report.id, longest=LONGEST_NAME)}\n\n"
    if report.status is Status.GRADED:
        yield f"{score_of(report)} points.\n"
    else:
        yield f"**Not graded:**\n\n{markdown_block(report.reason)}"
    yield from _list(f"**{EVIDENCE}:**", [trace(each) for each in report.evidence])
    for exercise in report.exercises:
        yield from _losses(exercise)
    yield from _list("Findings, which cost no points:", [finding_line(each) for each in report.findings])
    yield from _list("Notes:", report.notes)


def _losses(exercise: ExerciseReport) -> Iterator[str]:
    tests = lost(exercise.tests)
    if not tests:
        return
    title = markdown_code(f"{exercise.id} {exercise.title}")
    yield f"\n### {title}\n"
    for test in tests:
        yield from _loss(test)


def _loss(test: TestResult) -> Iterator[str]:
    outcome = test.outcome.value.replace("_", " ")
    yield f"\n**{loss(test)}** {markdown_code(test.title)} ({markdown_code(test.concept)}, {outcome})\n"
    if test.message:
        yield "\n" + markdown_block(test.message)
    if test.hint:
        yield "\nHint:\n\n" + markdown_block(test.hint)


def _list(title: str, items: Sequence[str]) -> Iterator[str]:
    if not items:
        return
    first, more = some(items)
    yield f"\n{title}\n\n"
    yield from (f"- {markdown_code(item)}\n" for item in first)
    if more:
        yield f"- {more}\n"
