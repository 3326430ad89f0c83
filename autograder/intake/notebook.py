"""A Jupyter notebook, bytes in, as one Python program: its code cells, joined in order, and where each of them begins.

Only JSON is read, within bounds; no code of a cell is parsed, and nothing depends on Jupyter's own packages. Outputs,
texts and metadata are passed over. Cells are numbered as they stand, from the top, all kinds counted, which is how
editors and linters count them: execution counts differ from run to run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.intake.magics import neutralise
from autograder.intake.tree import MAX_SOURCE_BYTES, File, Notes, TooLong, Unreadable, printable
from autograder.notebook import TEST_CELL

MAX_NOTEBOOK_BYTES = 8 * 2**20
"""Of one notebook, with its outputs."""

MAX_CELLS = 2_000
MAX_LINES = 20_000
"""Of all code cells together."""

_HEAD = "# -*- coding: utf-8 -*-\n"
"""The encoding that a file's first lines name would hold for it; a comment of a cell shall not."""

_LONGEST_NUMBER = 18
_LONGEST_NAME = 100
_LONGEST_LANGUAGE = 40
_UNSPEAKABLE = re.compile(r'["\\/]')

STAND_INS = {
    "nest_asyncio": {
        "nest_asyncio.py": b"""# Stands in for nest_asyncio: here, no loop runs around asyncio.run.
def apply(loop=None):
    pass
"""
    },
    "IPython": {
        "IPython/__init__.py": b"""# Stands in for IPython: here, nothing is shown.
from .display import display

class get_ipython:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return display
""",
        "IPython/display.py": b"""# Stands in for IPython.display: here, nothing is shown.
def display(*objects, **options):
    pass

clear_output = update_display = display

def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    return type(name, (), {"__init__": display})
""",
    },
}
"""What notebooks import that is there in Jupyter alone: the files that lie beside a program that imports such a module.

With ``nest_asyncio`` they make ``asyncio.run`` work there; here it works without.
"""

_IMPORTED = {
    module: re.compile(rb"^[ \t]*(?:import|from)[ \t]+%b\b" % module.encode(), re.MULTILINE)
    for module in STAND_INS
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What a notebook holds."""

    source: bytes
    """Its code cells as one text in UTF-8, magics neutralised; after each cell an empty line."""
    cells: tuple[tuple[int, int], ...]
    """For each code cell with something in it, the line at which it begins, and its number."""
    texts: tuple[bytes, ...]
    """The same cells by themselves."""
    notes: tuple[str, ...]
    """What was left out, and in which cell and line it stood."""

    @property
    def stand_ins(self) -> dict[str, bytes]:
        """Those of `STAND_INS` that have to lie beside it."""
        imported = [module for module, pattern in _IMPORTED.items() if pattern.search(self.source)]
        return {name: content for module in imported for name, content in STAND_INS[module].items()}


def notebook_bytes(file: File) -> bytes:
    """Return the bytes of a notebook; raise `Unreadable`, also when it is too long even for one with outputs."""
    try:
        return file.read(MAX_NOTEBOOK_BYTES)
    except TooLong as error:
        raise Unreadable(f"{error}. Clear all outputs in Jupyter, save it, and hand in that file.") from error


def read_notebook(name: str, data: bytes) -> Joined:
    """Return the program in a notebook; raise `Unreadable` if it is none, or none of Python's."""
    book = _parse(name, data)
    cells = _cells(name, book)
    _check_language(name, book)
    notes = Notes()
    pieces, starts, texts = [_HEAD], [], []
    line, size = 2, 0
    for number, text in _code(name, cells):
        neutral = neutralise(text)
        for at, what in neutral.changes:
            notes.add(f"{name}, cell {number}{f', line {at}' if at else ''}: {what}")
        if not neutral.text.strip():
            continue
        piece = neutral.text.rstrip("\n") + "\n"
        size += len(piece)
        starts.append((line, number))
        line += piece.count("\n") + 1
        if size > MAX_SOURCE_BYTES or line > MAX_LINES:
            raise Unreadable(
                f"{name} holds more code than a student writes: more than {MAX_LINES:,} lines, or 1 MiB"
            )
        pieces.append(piece + "\n")
        texts.append(piece.encode("utf-8", "replace"))
    if not starts:
        notes.add(f"{name} holds no code")
    return Joined(
        source="".join(pieces).encode("utf-8", "replace"),  # JSON can hold halves of characters
        cells=tuple(starts),
        texts=tuple(texts),
        notes=notes.texts(),
    )


def shown_name(name: str, otherwise: str) -> str:
    """Return what a notebook is called in tracebacks: its own name, unless that would be hard to tell from the rest."""
    name = printable(name)
    return otherwise if len(name) > _LONGEST_NAME or _UNSPEAKABLE.search(name) else name


def _parse(name: str, data: bytes) -> dict[str, Any]:
    if not data.strip():
        raise _damaged(name, "it is empty")
    try:
        book = json.loads(data, parse_int=_number, parse_constant=lambda constant: None)
    except json.JSONDecodeError as error:
        raise _damaged(
            name, f"it is no JSON, line {error.lineno}, column {error.colno}: {error.msg}"
        ) from None
    except UnicodeDecodeError:
        raise _damaged(name, "it is no text in UTF-8") from None
    except (ValueError, RecursionError):
        raise _damaged(name, "its JSON is nested too deeply, or no JSON") from None
    if not isinstance(book, dict):
        raise _damaged(name, "it is JSON, but no notebook")
    return book


def _number(digits: str) -> int:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else 0


def _cells(name: str, book: dict[str, Any]) -> list[Any]:
    """Return the cells; up to format 3 they lie in worksheets."""
    cells = book.get("cells")
    sheets = book.get("worksheets")
    if cells is None and isinstance(sheets, list):
        parts = [_dict(sheet).get("cells") for sheet in sheets[:MAX_CELLS]]
        if all(isinstance(part, list) for part in parts):
            cells = [cell for part in parts for cell in part or ()]
    if not isinstance(cells, list):
        raise _damaged(name, "it is JSON, but no notebook: there are no cells in it")
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"{name} has {len(cells):,} cells; at most {MAX_CELLS:,} are read")
    return cells


def _check_language(name: str, book: dict[str, Any]) -> None:
    metadata = _dict(book.get("metadata"))
    kernel = _dict(metadata.get("kernelspec"))
    for language in (_dict(metadata.get("language_info")).get("name"), kernel.get("language")):
        if isinstance(language, str) and language.strip():
            if not _is_python(language):
                raise Unreadable(
                    f"{name} is a notebook for {printable(language[:_LONGEST_LANGUAGE])}, not for Python: "
                    "choose a Python kernel in Jupyter, run it, and save it again"
                )
            return


def _code(name: str, cells: list[Any]) -> Iterator[tuple[int, str]]:
    """Yield number and text of each code cell that is the student's."""
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict):
            raise _damaged(name, f"its cell {number} is none")
        if cell.get("cell_type") != "code":
            continue
        source = cell.get("source", cell.get("input"))
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if not isinstance(source, str):
            raise _damaged(name, f"its cell {number} holds no text")
        if _is_python_cell(cell) and not _is_locked_test(cell) and TEST_CELL not in source:
            yield number, source.replace("\r\n", "\n").replace("\r", "\n")


def _is_python_cell(cell: dict[str, Any]) -> bool:
    """Tell whether a cell is in the notebook's own language; old formats and some editors name one for each."""
    editor = _dict(_dict(cell.get("metadata")).get("vscode"))
    named = [each for each in (cell.get("language"), editor.get("languageId")) if isinstance(each, str)]
    return all(_is_python(each) for each in named)


def _is_locked_test(cell: dict[str, Any]) -> bool:
    """Tell whether nbgrader has put this cell there, with tests of the course's and not the student's work."""
    told = _dict(_dict(cell.get("metadata")).get("nbgrader"))
    return told.get("grade") is True and told.get("locked") is True


def _is_python(language: str) -> bool:
    return language.strip().lower().removeprefix("i").startswith("python")


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _damaged(name: str, why: str) -> Unreadable:
    return Unreadable(
        f"{name} cannot be read as a notebook: {why}. Open it in Jupyter, save it, and hand in that file."
    )
