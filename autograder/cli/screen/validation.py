"""What ``autograder validate`` shows: step by step what holds, then why not, then who catches whom."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from types import TracebackType

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from autograder.escape import visible
from autograder.validation import Level, Remark, State, Step, Validation

from .catching import show_matrix
from .console import Hanging, open_console, put

_INDENT = 2
_DEEPER = 4
_MOST_REMARKS = 12
_MOST_DIFF_LINES = 14
_LONGEST_TEXT = 900
_WORDS = {State.HOLDS: ("ok", "green"), State.FAILS: ("FAILS", "bold red"), State.NOT_RUN: ("-", "dim")}


class ValidationScreen:
    """The terminal or pipe of the command; as a context manager it takes the progress line away."""

    def __init__(self, *, to_stderr: bool = False) -> None:
        """Write results to stdout, or to stderr where stdout belongs to a JSON document."""
        self._errors = open_console(sys.stderr)
        self._out = self._errors if to_stderr else open_console(sys.stdout)
        self._progress: Progress | None = None
        self._assignment = ""

    # -- while it runs ----------------------------------------------------------------------------------------

    def begin(self, assignment: str) -> None:
        """Another assignment is being validated."""
        self._assignment = assignment

    def say(self, text: str) -> None:
        """Say on a terminal what is being done."""
        if not self._errors.is_terminal or self._errors.is_dumb_terminal:
            return
        self._end_progress()
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._errors,
            transient=True,
            expand=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._progress.add_task(f"{visible(self._assignment)}: {text}", total=None)
        self._progress.start()

    def advance(self, done: int, expected: int) -> None:
        """Move the progress line on."""
        if self._progress is not None:
            self._progress.update(self._progress.task_ids[0], completed=done, total=expected)

    def warn(self, text: str) -> None:
        """Say at once that something is odd."""
        put(self._errors, Hanging(Text.assemble(("Warning: ", "yellow"), visible(text, lines=True))))

    def __enter__(self) -> ValidationScreen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_progress()

    def _end_progress(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    # -- at the end -------------------------------------------------------------------------------------------

    def show_stopped(self, done: Sequence[str]) -> None:
        """Say what was finished when Ctrl-C came."""
        self._end_progress()
        text = f"Stopped while {visible(self._assignment)} was being validated; nothing is known about it"
        if done:
            text += f" (done before: {', '.join(visible(each) for each in done)})"
        put(self._errors, Hanging(Text(f"{text}.")))

    def tell(self, text: str) -> None:
        """Say something at the end."""
        put(self._out, Hanging(Text(visible(text))))

    def show(self, validation: Validation, *, matrix: bool) -> None:
        """Show one validation; with ``matrix`` every wrong program as well."""
        self._end_progress()
        out = self._out
        put(out, Hanging(Text(visible(f"{validation.assignment}: {validation.title}"), style="bold")))
        for step in validation.steps:
            put(out, Hanging(_line(step), _INDENT))
        for each in validation.matrices:
            show_matrix(out, each, every_program=matrix)
        for step in validation.steps:
            _show_remarks(out, step)
        put(out, Text())
        put(out, Hanging(_verdict(validation)))
        seconds = f"{validation.wall_seconds:.0f} s"
        put(
            out,
            Hanging(
                Text(
                    f"{validation.programs} programs graded in {seconds}. Seed: {validation.seed}. "
                    f"Jail: {visible(validation.jail)}"
                )
            ),
        )


def _line(step: Step) -> Text:
    word, style = _WORDS[step.state]
    text = Text.assemble((f"{word:<6}", style), visible(step.title), ": ", (visible(step.summary), "dim"))
    notes = sum(remark.level is Level.ADVICE for remark in step.remarks)
    if notes:
        text.append(f" ({notes} to think about)", style="yellow")
    return text


def _show_remarks(out: Console, step: Step) -> None:
    if not step.remarks:
        return
    put(out, Text())
    put(out, Hanging(Text(f"{visible(step.title)}:", style="bold")))
    failures = [remark for remark in step.remarks if remark.level is Level.FAILURE]
    others = [remark for remark in step.remarks if remark.level is Level.ADVICE]
    for remarks in (failures, others):
        for remark in remarks[:_MOST_REMARKS]:
            for line in _remark(remark):
                put(out, line)
        if (more := len(remarks) - _MOST_REMARKS) > 0:
            put(out, Hanging(Text(f"and {more} more; --html and --json have all of them"), _INDENT))


def _remark(remark: Remark) -> Iterator[Hanging | Padding]:
    mark = ("! ", "bold red") if remark.level is Level.FAILURE else ("? ", "yellow")
    place = " ".join(visible(part) for part in (remark.exercise, remark.subject) if part)
    text = visible(remark.text, lines=True, longest=_LONGEST_TEXT)
    yield Hanging(Text.assemble(mark, (place, "bold"), " " if place else "", text), _INDENT)
    if remark.diff:
        lines = visible(remark.diff.rstrip("\n"), lines=True, most_lines=_MOST_DIFF_LINES).split("\n")
        yield Padding.indent(Text("\n").join(_diff_line(line) for line in lines), _DEEPER + _INDENT)


def _diff_line(line: str) -> Text:
    style = {"-": "red", "+": "green", "@": "dim"}.get(line[:1], "")
    return Text(line, style=style)


def _verdict(validation: Validation) -> Text:
    remarks = [remark for step in validation.steps for remark in step.remarks]
    failures = sum(remark.level is Level.FAILURE for remark in remarks)
    name = visible(validation.assignment)
    if validation.blocked:
        return Text.assemble(
            ("NOT VALIDATED. ", "bold red"),
            f"Nothing of {name} can be graded as long as its tests are broken.",
        )
    if failures:
        what = "1 thing fails" if failures == 1 else f"{failures} things fail"
        return Text.assemble(("NOT SOUND. ", "bold red"), f"{name}: {what}.")
    return Text.assemble(("SOUND. ", "bold green"), f"{name} holds all that is promised.")
