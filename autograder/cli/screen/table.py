"""The scores of a class: as a table, with as much in it as the window takes."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from autograder.escape import visible
from autograder.model import Status, SubmissionReport
from autograder.scoring import json_number

from .console import Hanging, name_text, put

_LEAST_NAME = 10
_MOST_FOLDED_NAME = 24
"""A name may be folded into this many columns before the scores per exercise are given up."""
_GAP = 2


def show_table(console: Console, reports: Sequence[SubmissionReport]) -> None:
    """Show all scores, those per exercise only where there is room for them."""
    exercises = list(dict.fromkeys(e.id for report in reports for e in report.exercises))
    table = _table(console, reports, exercises)
    if _needed(console, table, reports, _MOST_FOLDED_NAME) <= console.width:
        put(console, table)
        return
    table = _table(console, reports, [])
    if _needed(console, table, reports, _LEAST_NAME) <= console.width:
        put(console, table)
    else:
        for report in reports:
            put(console, Hanging(Text(name_text(console, report.id))))
            put(console, Hanging(Text.assemble(_total(report), " ", _status(report)), 2))
    if exercises:
        put(console, Hanging(Text("(The scores per exercise need a wider window.)", style="dim")))


def _table(console: Console, reports: Sequence[SubmissionReport], exercises: Sequence[str]) -> Table:
    worth = {e.id: e.max_score for report in reports for e in report.exercises}
    table = Table(
        Column("submission", overflow="fold", min_width=_LEAST_NAME),
        *(
            Column(f"{visible(each)}/{json_number(worth[each])}", justify="right", no_wrap=True)
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
            Hanging(Text(name_text(console, report.id))),
            *(scores.get(each, "") for each in exercises),
            _total(report),
            _status(report),
        )
    return table


def _total(report: SubmissionReport) -> str:
    if report.status is not Status.GRADED:
        return "-"
    return f"{json_number(report.score)}/{json_number(report.max_score)}"


def _status(report: SubmissionReport) -> Text:
    graded = report.status is Status.GRADED
    status = Text("graded", style="green") if graded else Text("not graded", style="bold red")
    return Text.assemble(status, (" !", "bold red")) if report.evidence else status


def _needed(console: Console, table: Table, reports: Sequence[SubmissionReport], most_for_a_name: int) -> int:
    """Return how many columns the table needs, when names may be folded into so many."""
    name = max((cell_len(name_text(console, report.id)) for report in reports), default=0)
    needed = min(max(name, _LEAST_NAME), most_for_a_name)
    for column in table.columns[1:]:
        cells = [column.header, *column.cells]
        needed += _GAP + max(cell_len(str(cell)) for cell in cells)
    return needed
