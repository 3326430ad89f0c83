"""``autograded/``: what nbgrader's formgrader and feedback show of a submission, written without running any of it.

The student's cells as they were handed in, without their outputs, which are claims, and without their metadata. The
cells that nbgrader knows get theirs, and locked ones their source, from the gradebook; test cells get as output what
our engine says, in the form in which nbgrader reads a score.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import GraderError
from autograder.model import Status, SubmissionReport
from autograder.nbgrader.extra import import_extra
from autograder.nbgrader.gradebook import UNGRADED, Cell
from autograder.nbgrader.source import concept_of
from autograder.nbgrader.wording import concept_score, concept_text
from autograder.release.notebook import KERNEL

_MOST_CELLS = 2_000
_UNREADABLE = "*What was handed in here cannot be shown as a notebook.*"
_ABSENT = "*No such notebook was handed in.*"


@dataclass(frozen=True, slots=True)
class _Shown:
    cell_type: str
    source: str
    id: str = ""


def autograded_notebook(
    handed_in: bytes | None, cells: Sequence[Cell], report: SubmissionReport, exercise: str
) -> bytes:
    """Return the notebook for ``autograded/``; ``cells`` are those that the gradebook has of it.

    ``exercise`` is the id of the exercise that it is about; empty for a notebook of the teacher's own.
    """
    new = import_extra("nbformat").v4
    known = {cell.id: cell for cell in cells}
    made = []
    for number, shown in enumerate(_arrange(handed_in, cells), 1):
        cell = known.get(shown.id)
        if cell is None:
            make = new.new_code_cell if shown.cell_type == "code" else new.new_markdown_cell
            one = make(shown.source)
        else:
            make = new.new_code_cell if cell.cell_type == "code" else new.new_markdown_cell
            one = make(cell.source if cell.locked else shown.source)
            one.metadata["nbgrader"] = _metadata(cell)
            if cell.cell_type == "code" and cell.grade:
                one.outputs = _outputs(cell, report, exercise)
        one["id"] = f"cell-{number}"
        made.append(one)
    text = str(import_extra("nbformat").writes(new.new_notebook(cells=made, metadata=KERNEL)))
    return text.encode("utf-8", "backslashreplace")


def replace_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put a folder with these files in the place of another one, whole; raise `GraderError` if that cannot be done."""
    fresh = folder.with_name(f".{folder.name}.{secrets.token_hex(8)}.tmp")
    old = fresh.with_suffix(".old")
    try:
        fresh.mkdir(parents=True)
        for name, content in files.items():
            (fresh / name).write_bytes(content)
        if os.path.lexists(folder):
            folder.rename(old)
        fresh.rename(folder)
    except OSError as error:
        raise GraderError(
            f"{folder}: cannot be written ({error.strerror}). Make room, or make it writable, then grade again."
        ) from error
    finally:
        for leftover in (fresh, old):
            if leftover.is_symlink():
                leftover.unlink()
            else:
                shutil.rmtree(leftover, ignore_errors=True)


def _arrange(handed_in: bytes | None, cells: Sequence[Cell]) -> list[_Shown]:
    """Return the cells to show: the student's, and behind them those of nbgrader's that the student took away."""
    if handed_in is None:
        shown = [_Shown("markdown", _ABSENT)]
    else:
        shown = _read(handed_in) or [_Shown("markdown", _UNREADABLE)]
    known, seen = {cell.id for cell in cells}, set()
    for place in range(len(shown) - 1, -1, -1):  # of several with one id, nbgrader takes the last
        name = shown[place].id
        if name in seen or name not in known:
            shown[place] = _Shown(shown[place].cell_type, shown[place].source)
        seen.add(name)
    return shown + [_Shown(cell.cell_type, cell.source, cell.id) for cell in cells if cell.id not in seen]


def _read(content: bytes) -> list[_Shown]:
    try:
        book = json.loads(content.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return []
    found = book.get("cells") if isinstance(book, dict) else None
    if not isinstance(found, list):
        return []
    return [_shown(cell) for cell in found[:_MOST_CELLS] if isinstance(cell, dict)]


def _shown(cell: dict[str, Any]) -> _Shown:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    metadata: object = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return _Shown(
        "code" if cell.get("cell_type") == "code" else "markdown",
        source if isinstance(source, str) else "",
        name if isinstance(name, str) else "",
    )


def _metadata(cell: Cell) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "schema_version": 3,
        "grade": cell.grade,
        "solution": cell.solution,
        "locked": cell.locked,
        "task": cell.task,
        "grade_id": cell.id,
        "cell_type": cell.cell_type,
        "checksum": cell.checksum,
    }
    if cell.grade or cell.task:
        metadata["points"] = cell.points
    return metadata


def _outputs(cell: Cell, report: SubmissionReport, exercise: str) -> list[Any]:
    new = import_extra("nbformat").v4
    concept = concept_of(cell.id) if exercise else None
    if concept is None:
        return [new.new_output("stream", name="stdout", text="This cell was not run.\n")]
    if report.status is not Status.GRADED:
        return [new.new_output("stream", name="stdout", text=f"{UNGRADED}\n")]
    (of,) = [each for each in report.exercises if each.id == exercise]
    score = float(concept_score(of.tests, concept))
    return [
        new.new_output("stream", name="stdout", text=concept_text(report, exercise, concept) + "\n"),
        new.new_output("execute_result", data={"text/plain": repr(score)}, execution_count=None),
    ]
