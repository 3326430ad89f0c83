"""A table of an LMS: read as it is, changed in a few cells, written back with all others as they were."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.intake.table import MARK, Table, read_table


@dataclass(slots=True, kw_only=True)
class Sheet(Table):
    """The cells of a file, and how they were written."""

    def content(self) -> bytes:
        """Return the file's bytes."""
        text = to_csv(self.rows, self.delimiter, self.line_end)
        return (MARK if self.marked else b"") + text.encode("utf-8")


def read_sheet(path: Path, option: str) -> Sheet:
    """Read a file that ``option`` names; raise `UsageError` if it is no table of text in UTF-8."""
    table = read_table(path, option)
    return Sheet(
        path=table.path,
        rows=table.rows,
        delimiter=table.delimiter,
        line_end=table.line_end,
        marked=table.marked,
    )


def to_csv(
    rows: Sequence[Sequence[str]], delimiter: str = ",", line_end: str = "\r\n", quote_all: bool = False
) -> str:
    """Return rows as CSV, exact: a text that a spreadsheet would compute must have been changed before."""
    buffer = io.StringIO()
    writer = csv.writer(
        buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    )
    lines = []
    for row in rows:
        # Written with both characters of a line's end whatever is wanted: the module quotes only those that it uses
        # itself, and a cell may hold either.
        writer.writerow(row)
        lines.append(buffer.getvalue().removesuffix("\r\n") + line_end)
        buffer.seek(0)
        buffer.truncate()
    return "".join(lines)
