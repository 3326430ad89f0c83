"""What people see: warnings, progress, scores. The only module that knows rich, and the gate for hostile text.

Every text that may come from a student or a file name goes through `shown` on its way to the terminal. rich's markup
is switched off altogether.
"""

from __future__ import annotations

import logging
import sys
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from types import TracebackType
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from autograder.model import (
    ClassReport,
    ExerciseReport,
    Finding,
    Outcome,
    Status,
    SubmissionReport,
    TestResult,
)
from autograder.pipeline import Run
from autograder.scoring import json_number

PIPE_WIDTH = 10_000
"""Columns where nobody looks: names must stay whole for those who search in them."""

_LEAST_NAME = 10
_MOST_FOLDED_NAME = 24
"""A name may be folded into this many columns before the scores per exercise are given up."""
_GAP = 2
_MOST_LISTED = 10
_LONGEST = 2_000
_MOST_LINES = 20

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (bidi among them), surrogate, private, unassigned, line and paragraph separator."""


def shown(text: str, *, lines: bool = False) -> str:
    """Return a text that does nothing to a terminal; ``lines`` leaves line ends in it (indent what comes out)."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "..."
    text = "".join(char if (lines and char == "\n") else _visible(char) for char in text)
    every = text.split("\n")
    if len(every) > _MOST_LINES:
        every = [*every[:_MOST_LINES], f"... and {len(every) - _MOST_LINES} more lines"]
    return "\n".join(every)


def _visible(char: str) -> str:
    if char == "\t":
        return "    "
    if unicodedata.category(char) not in _HIDDEN_CATEGORIES:
        return char
    return char.encode("unicode_escape").decode("ascii")


def show_error(message: str) -> None:
    """Say on stderr why the command ends here."""
    console = _console(sys.stderr)
    _print(console, Text.assemble(("Error: ", "bold red"), shown(message, lines=True)))


class Screen:
    """The terminal or pipe of one command. As a context manager it shows the log and takes the progress bar away."""

    def __init__(self, *, to_stderr: bool = False) -> None:
        """Write results to stdout, or to stderr where stdout belongs to a JSON document."""
        self._errors = _console(sys.stderr)
        self._out = self._errors if to_stderr else _console(sys.stdout)
        self._progress: Progress | None = None
        self._assignment = ""
        self._log = _WarningHandler(self)

    # -- while it runs ----------------------------------------------------------------------------------------

    def warn(self, text: str) -> None:
        """Say at once that something is odd."""
        _print(self._errors, Text.assemble(("Warning: ", "yellow"), shown(text, lines=True)))

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
            text += f" ({_some(sorted(done))})"
        if folder is None:
            text += "; nothing was kept, since there is no --output"
        elif done:
            text += f"; their reports are in {shown(str(folder))}"
        _print(self._errors, Text(f"{text}. Seed: {seed}."))

    def show_scores(self, scores: ClassReport, only: SubmissionReport | None, folder: Path | None) -> None:
        """Show the table of all scores and what is to be known about the run; the lost points of an only submission."""
        self._end_progress()
        if only is not None and only.status is Status.GRADED:
            for exercise in only.exercises:
                self._show_losses(exercise)
        self._show_table(scores.submissions)
        _print(self._out, Text())
        _print(self._out, Text(_summary(scores.submissions)))
        self._list(
            "Not graded", [(r.id, r.reason) for r in scores.submissions if r.status is Status.NOT_GRADED]
        )
        if only is not None:
            self._list("Findings", [(_place(f), f.message) for f in only.findings])
        self._list("Notes", [(r.id, note) for r in scores.submissions for note in r.notes])
        _print(self._out, Text(f"Assignment: {shown(self._assignment)}"))
        where = shown(str(folder)) if folder else "not kept; --output DIR writes one per submission"
        _print(self._out, Text(f"Reports: {where}"))
        _print(self._out, Text(f"Seed: {scores.seed} (--seed {scores.seed} draws the same inputs again)"))
        _print(self._out, Text(f"Jail: {scores.jail}"))
        if scores.jail == "plain":
            loud = "!!! NO WALLS: the plain jail lets student code read and change whatever you can !!!"
            _print(self._out, Text(loud, style="bold red"))

    def _show_losses(self, exercise: ExerciseReport) -> None:
        lost = [test for test in exercise.tests if test.outcome is not Outcome.PASSED]
        if not lost:
            return
        title = f"{shown(exercise.id)} {shown(exercise.title)}: {_of(exercise.score, exercise.max_score)}"
        _print(self._out, Text(title, style="bold"))
        for test in lost:
            for line in _loss(test):
                _print(self._out, line)
        _print(self._out, Text())

    def _show_table(self, reports: Sequence[SubmissionReport]) -> None:
        exercises = list(dict.fromkeys(e.id for report in reports for e in report.exercises))
        table = _table(reports, exercises)
        if table is not None and _fits(table, reports, self._out.width):
            _print(self._out, table)
            return
        _print(self._out, _table(reports, []))
        if exercises:
            _print(self._out, Text("(The scores per exercise need a wider window.)", style="dim"))

    def _list(self, title: str, items: Sequence[tuple[str, str]]) -> None:
        if not items:
            return
        _print(self._out, Text(f"{title}:"))
        for submission_id, text in items[:_MOST_LISTED]:
            line = Text.assemble((shown(submission_id), "bold"), ": ", shown(text, lines=True))
            _print(self._out, Padding.indent(line, 2))
        if len(items) > _MOST_LISTED:
            _print(self._out, Padding.indent(Text(f"and {len(items) - _MOST_LISTED} more"), 2))


class _WarningHandler(logging.Handler):
    """Shows what other parts log as warnings; their records hold text of unknown origin too."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen

    def emit(self, record: logging.LogRecord) -> None:
        self._screen.warn(self.format(record))


def _console(stream: TextIO) -> Console:
    # Told explicitly, since FORCE_COLOR and its like must not draw progress bars into a pipe.
    terminal = stream.isatty()
    return Console(
        file=stream,
        force_terminal=terminal,
        width=None if terminal else PIPE_WIDTH,
        markup=False,
        highlight=False,
        emoji=False,
    )


def _print(console: Console, what: RenderableType) -> None:
    if console.is_terminal:
        console.print(what)
        return
    with console.capture() as captured:
        console.print(what)
    text = "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"
    console.file.write(text)


def _table(reports: Sequence[SubmissionReport], exercises: Sequence[str]) -> Table:
    worth = {e.id: e.max_score for report in reports for e in report.exercises}
    table = Table(
        Column("submission", overflow="fold", min_width=_LEAST_NAME),
        *(
            Column(f"{shown(each)}/{json_number(worth[each])}", justify="right", no_wrap=True)
            for each in exercises
        ),
        Column("total", justify="right", no_wrap=True),
        Column("status", no_wrap=True),
        box=None,
        pad_edge=False,
        padding=(0, _GAP, 0, 0),
        header_style="bold",
    )
    for report in reports:
        graded = report.status is Status.GRADED
        scores = {e.id: str(json_number(e.score)) if graded else "-" for e in report.exercises}
        table.add_row(
            Text(shown(report.id)),
            *(scores.get(each, "") for each in exercises),
            _of(report.score, report.max_score) if graded else "-",
            Text("graded", style="green") if graded else Text("not graded", style="bold red"),
        )
    return table


def _fits(table: Table, reports: Sequence[SubmissionReport], width: int) -> bool:
    """Whether the table needs no more than this, when long names may be folded."""
    name = max((cell_len(shown(report.id)) for report in reports), default=0)
    needed = min(max(name, _LEAST_NAME), _MOST_FOLDED_NAME)
    for column in table.columns[1:]:
        cells = [column.header, *column.cells]
        needed += _GAP + max(cell_len(str(cell)) for cell in cells)
    return needed <= width


def _place(finding: Finding) -> str:
    return f"{finding.exercise}, line {finding.line}" if finding.line else finding.exercise


def _loss(test: TestResult) -> list[RenderableType]:
    lost = json_number(test.max_score - test.score)
    head = Text.assemble(
        (f"-{lost}", "red"), f"  {shown(test.title)} ", (f"({shown(test.concept)}, {test.outcome})", "dim")
    )
    lines: list[RenderableType] = [Padding.indent(head, 2)]
    if test.message:
        lines.append(Padding.indent(Text(shown(test.message, lines=True)), 6))
    if test.hint:
        lines.append(Padding.indent(Text(f"Hint: {shown(test.hint, lines=True)}"), 6))
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


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_LISTED
    return ", ".join(map(shown, names[:_MOST_LISTED])) + (f" and {more} more" if more > 0 else "")
