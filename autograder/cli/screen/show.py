"""One command's screen: warnings while it runs, scores and what is to be known about them at its end."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from types import TracebackType

from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from autograder.escape import visible
from autograder.model import ClassReport, ExerciseReport, Outcome, Status, SubmissionReport, TestResult
from autograder.outputs.wording import EVIDENCE, NO_JAIL, finding_line, is_without_jail, some, trace
from autograder.pipeline import Run
from autograder.scoring import json_number

from .console import Hanging, name_text, open_console, put
from .table import show_table

_MOST_LISTED = 10
_MOST_TRACES = 3
"""Of one submission, so that nobody can bury those of the others."""
_LONGEST_TRACE = 300


class Screen:
    """The terminal or pipe of one command. As a context manager it shows the log and takes the progress bar away."""

    def __init__(self, *, to_stderr: bool = False) -> None:
        """Write results to stdout, or to stderr where stdout belongs to a JSON document."""
        self._errors = open_console(sys.stderr)
        self._out = self._errors if to_stderr else open_console(sys.stdout)
        self._progress: Progress | None = None
        self._assignment = ""
        self._log = _WarningHandler(self)

    # -- while it runs ----------------------------------------------------------------------------------------

    def warn(self, text: str) -> None:
        """Say at once that something is odd."""
        put(self._errors, Hanging(Text.assemble(("Warning: ", "yellow"), visible(text, lines=True))))

    def begin(self, run: Run) -> None:
        """Show a progress bar, where somebody sees it."""
        self._assignment = f"{run.assignment.id} ({run.assignment.folder})"
        if not self._errors.is_terminal or self._errors.is_dumb_terminal:
            return
        self._progress = Progress(
            TextColumn("Grading"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._errors,
            transient=True,
            expand=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._progress.add_task("grading", total=len(run.submissions))
        self._progress.start()

    def advance(self) -> None:
        """Move the progress bar on by one submission."""
        if self._progress is not None:
            self._progress.advance(self._progress.task_ids[0])

    def __enter__(self) -> Screen:
        logging.getLogger("autograder").addHandler(self._log)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_progress()
        logging.getLogger("autograder").removeHandler(self._log)

    def _end_progress(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    # -- at the end -------------------------------------------------------------------------------------------

    def show_stopped(self, done: Sequence[str], expected: int, seed: int, folder: Path | None) -> None:
        """Say what was finished when Ctrl-C or an error came."""
        self._end_progress()
        text = f"Stopped: {len(done)} of {expected} submissions were graded" if expected else "Stopped"
        if done:
            names, more = some(sorted(done), _MOST_LISTED)
            listed = ", ".join(name_text(self._errors, each) for each in names)
            text += f" ({listed} {more})" if more else f" ({listed})"
        if folder is None:
            text += "; nothing was kept, since there is no --output"
        elif done:
            text += f"; their reports are in {visible(str(folder))}"
        put(self._errors, Hanging(Text(f"{text}. Seed: {seed}.")))

    def show_scores(self, scores: ClassReport, only: SubmissionReport | None, folder: Path | None) -> None:
        """Show the table of all scores and what is to be known about the run; the lost points of an only submission."""
        self._end_progress()
        if only is not None and only.status is Status.GRADED:
            for exercise in only.exercises:
                self._show_losses(exercise)
        show_table(self._out, scores.submissions)
        put(self._out, Text())
        put(self._out, Hanging(Text(_summary(scores.submissions))))
        self._show_evidence(scores.submissions)
        self._list(
            "Not graded", [(r.id, r.reason) for r in scores.submissions if r.status is Status.NOT_GRADED]
        )
        if only is not None and only.findings:
            put(self._out, Text("Findings:"))
            self._items([Text(visible(finding_line(each), lines=True)) for each in only.findings])
        self._list("Notes", [(r.id, note) for r in scores.submissions for note in r.notes])
        where = "not kept; --output DIR writes one per submission"
        if folder is not None:
            where = f"{visible(str(folder))} (report.html, report.md, scores.csv, and a .json for each submission)"
        for line in (
            f"Assignment: {visible(self._assignment)}",
            f"Reports: {where}",
            f"Seed: {scores.seed} (--seed {scores.seed} draws the same inputs again)",
            f"Jail: {visible(scores.jail)}",
        ):
            put(self._out, Hanging(Text(line)))
        if is_without_jail(scores.jail):
            put(self._out, Hanging(Text(f"!!! NO WALLS: {NO_JAIL} !!!", style="bold red")))

    def _show_losses(self, exercise: ExerciseReport) -> None:
        lost = [test for test in exercise.tests if test.outcome is not Outcome.PASSED]
        if not lost:
            return
        title = f"{visible(exercise.id)} {visible(exercise.title)}: {_of(exercise.score, exercise.max_score)}"
        put(self._out, Hanging(Text(title, style="bold")))
        for test in lost:
            for line in _loss(test):
                put(self._out, line)
        put(self._out, Text())

    def _show_evidence(self, reports: Sequence[SubmissionReport]) -> None:
        marked = [report for report in reports if report.evidence]
        if not marked:
            return
        put(self._out, Hanging(Text(f"! {EVIDENCE}:", style="bold red")))
        lines = []
        for report in marked:
            traces, more = some(report.evidence, _MOST_TRACES)
            text = "; ".join(visible(trace(each), longest=_LONGEST_TRACE) for each in traces) + (
                f"; {more}" if more else ""
            )
            lines.append(Text.assemble((name_text(self._out, report.id), "bold red"), ": ", text))
        self._items(lines)

    def _list(self, title: str, items: Sequence[tuple[str, str]]) -> None:
        if not items:
            return
        put(self._out, Text(f"{title}:"))
        self._items(
            [
                Text.assemble((name_text(self._out, submission_id), "bold"), ": ", visible(text, lines=True))
                for submission_id, text in items
            ]
        )

    def _items(self, lines: Sequence[Text]) -> None:
        first, more = some(lines, _MOST_LISTED)
        for line in first:
            put(self._out, Hanging(line, 2))
        if more:
            put(self._out, Hanging(Text(more), 2))


class _WarningHandler(logging.Handler):
    """Shows what other parts log as warnings; their records hold text of unknown origin too."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen

    def emit(self, record: logging.LogRecord) -> None:
        self._screen.warn(self.format(record))


def _loss(test: TestResult) -> list[Hanging | Padding]:
    lost = json_number(test.max_score - test.score)
    head = Text.assemble(
        (f"-{lost}", "red"),
        f"  {visible(test.title)} ",
        (f"({visible(test.concept)}, {test.outcome})", "dim"),
    )
    lines: list[Hanging | Padding] = [Hanging(head, 2)]
    if test.message:
        lines.append(Padding.indent(Text(visible(test.message, lines=True)), 6))
    if test.hint:
        lines.append(Padding.indent(Text(f"Hint: {visible(test.hint, lines=True)}"), 6))
    return lines


def _summary(reports: Sequence[SubmissionReport]) -> str:
    graded = [report for report in reports if report.status is Status.GRADED]
    text = f"{len(graded)} graded, {len(reports) - len(graded)} not graded"
    if not graded:
        return text
    worth = {report.max_score for report in graded}
    if len(worth) == 1:
        mean = sum((report.score for report in graded), Decimal(0)) / len(graded)
        return f"{text}, mean {_rounded(mean)} of {json_number(worth.pop())}"
    # Single files are worth less than whole submissions, so only shares can be compared.
    shares = [report.score / report.max_score for report in graded if report.max_score]
    return f"{text}, mean {_rounded(100 * sum(shares, Decimal(0)) / len(shares))} %" if shares else text


def _rounded(number: Decimal) -> int | float:
    return json_number(number.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def _of(score: Decimal, worth: Decimal) -> str:
    return f"{json_number(score)}/{json_number(worth)}"
