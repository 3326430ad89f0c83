"""A table of an LMS: read as it is, changed in a few cells, written back with all others as they were."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UsageError

_LONGEST_CELL = 2**26
_MARK = b"\xef\xbb\xbf"


@dataclass(slots=True, kw_only=True)
class Sheet:
    """The cells of a file, and how they were written."""

    path: Path
    rows: list[list[str]]
    delimiter: str
    line_end: str
    marked: bool
    """With a byte order mark."""

    def content(self) -> bytes:
        """Return the file's bytes."""
        text = to_csv(self.rows, self.delimiter, self.line_end)
        return (_MARK if self.marked else b"") + text.encode("utf-8")


def read_sheet(path: Path, option: str) -> Sheet:
    """Read a file that ``option`` names; raise `UsageError` if it is no table of text in UTF-8."""
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", error)
        raise UsageError(
            f"{option} {path}: the file cannot be read ({reason}). Give the file as it was downloaded."
        ) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{option} {path}: byte {error.start} is not UTF-8. Give the file as it was downloaded: "
            "a spreadsheet program may have saved it in another form."
        ) from error
    first = next(iter(text.lstrip("\r\n").splitlines()), "")
    delimiter = max(",;\t", key=lambda each: len(next(csv.reader([first], delimiter=each), ())))
    rows: list[list[str]] = []
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows.extend(reader)
    except csv.Error as error:
        raise UsageError(
            f"{option} {path}: line {reader.line_num} is not CSV ({error}). Give the file as it was downloaded."
        ) from error
    finally:
        csv.field_size_limit(before)
    if len(rows) < 2:
        raise UsageError(
            f"{option} {path}: there is nobody in this file. Give the file as it was downloaded."
        )
    return Sheet(
        path=path,
        rows=rows,
        delimiter=delimiter,
        line_end="\n" if "\n" in text and "\r\n" not in text else "\r\n",
        marked=data.startswith(_MARK),
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
