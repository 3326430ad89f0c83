"""``csv``: a row for each test, for spreadsheets and statistics. ``scores.csv`` has a row for each submission.

Written like ``scores.csv``: UTF-8 with a byte order mark, every cell quoted, texts guarded against being computed.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from autograder.escape import csv_cell
from autograder.outputs.export.batch import Batch, Exported, Settings, one_file
from autograder.outputs.export.long_table import COLUMNS, rows
from autograder.outputs.export.sheet import to_csv
from autograder.outputs.wording import points


def export(batch: Batch, settings: Settings) -> Exported:
    """Return the table."""
    table = [list(COLUMNS), *([_cell(row[name]) for name in COLUMNS] for row in rows(batch))]
    return one_file(to_csv(table, quote_all=True).encode("utf-8-sig"))


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return points(value)
        case str():
            return csv_cell(value)
        case float():
            return f"{value:.9f}".rstrip("0").rstrip(".")
    return str(value)
