"""A table of people, as an LMS or a spreadsheet program has written it: CSV in UTF-8, by whatever separator."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UsageError

MARK = b"\xef\xbb\xbf"
_LONGEST_CELL = 2**26


@dataclass(slots=True, kw_only=True)
class Table:
    """The cells of a file, and how they were written."""

    path: Path
    rows: list[list[str]]
    delimiter: str
    line_end: str
    marked: bool
    """With a byte order mark."""


def read_table(path: Path, option: str) -> Table:
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
    return Table(
        path=path,
        rows=rows,
        delimiter=delimiter,
        line_end="\n" if "\n" in text and "\r\n" not in text else "\r\n",
        marked=data.startswith(MARK),
    )
