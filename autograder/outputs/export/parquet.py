"""``parquet``: the same rows as ``csv`` with types, for data frames. Texts are exact there, points decimals."""

from __future__ import annotations

import io
from typing import Any

from autograder.errors import UsageError
from autograder.outputs.export.batch import Batch, Exported, Settings, one_file
from autograder.outputs.export.long_table import COLUMNS, rows


def export(batch: Batch, settings: Settings) -> Exported:
    """Return the table; raise `UsageError` where pyarrow is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise UsageError(
            "parquet: pyarrow is not installed here. Install it: pip install 'async-autograder[parquet]'. "
            "The format csv has the same rows and needs nothing."
        ) from error
    types: dict[str, Any] = {
        "text": pyarrow.string(),
        "word": pyarrow.dictionary(pyarrow.int32(), pyarrow.string()),
        "points": pyarrow.decimal128(18, 6),
        "seconds": pyarrow.float64(),
        "whole": pyarrow.int64(),
        "flag": pyarrow.bool_(),
    }
    schema = pyarrow.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    table = pyarrow.Table.from_pylist(list(rows(batch)), schema=schema)
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(table, buffer)
    return one_file(buffer.getvalue())
