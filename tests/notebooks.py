"""Notebooks for tests: written as Jupyter writes them, by hand, or cut out of a program."""

from __future__ import annotations

import ast
import io
import json
import tokenize
from collections.abc import Iterator
from typing import Any

GUARD = 'if __name__ == "__main__":\n    asyncio.run(main())'


def notebook(*cells: str | dict[str, Any], **metadata: Any) -> bytes:
    """Return a notebook; a text is a code cell, what begins with ``#md`` a text cell."""
    made = [_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {**PYTHON, **metadata}, "cells": made}
    return json.dumps(book, indent=1).encode()


PYTHON = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "version": "3.11.7"},
}


def _cell(source: str) -> dict[str, Any]:
    lines = source.splitlines(keepends=True)
    if source.startswith("#md"):
        return {"cell_type": "markdown", "metadata": {}, "source": lines}
    output = {"output_type": "stream", "name": "stdout", "text": ["def fetchData(): nonsense\n"]}
    return {"cell_type": "code", "execution_count": 7, "metadata": {}, "outputs": [output], "source": lines}


def cut_into_cells(program: bytes) -> Iterator[str]:
    """Yield the cells that a program becomes: one for each statement, and the guard as it is written in Jupyter."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(program).readline)
    text = program.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    try:
        statements = ast.parse(text).body
    except SyntaxError:
        yield text
        return
    lines = text.split("\n")
    done = 0
    for statement in statements:
        end = statement.end_lineno or done
        while end < len(lines) and lines[end].lstrip(" \t\f").startswith("#") and lines[end][:1] in " \t":
            end += 1  # a comment at the end of a body
        if end > done:
            cell = "\n".join(lines[done:end])
            yield "await main()" if cell.strip() == GUARD else cell
            done = end
    if "".join(lines[done:]).strip():
        yield "\n".join(lines[done:])


def as_notebook(program: bytes) -> bytes:
    """Return a program as a notebook."""
    return notebook(*cut_into_cells(program))
