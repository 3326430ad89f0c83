"""The source notebook of an exercise: the solution in nbgrader's regions, and a test cell for each concept."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from autograder.errors import ConfigurationError
from autograder.model import CONCEPTS, Assignment, Exercise
from autograder.nbgrader.extra import import_extra
from autograder.nbgrader.regions import BEGIN, with_regions
from autograder.notebook import TEST_CELL
from autograder.release import Reference
from autograder.release.hints import markdown
from autograder.release.notebook import KERNEL, RUN_NOTE, heading, pieces, run_cell
from autograder.release.reference import points_text

Points = Mapping[str, Decimal]
"""Concept to what its hidden tests are worth together."""

_INTRODUCTION = """\
Put your own code, one line or several, in place of each `raise NotImplementedError()`; the comments above it say what \
goes there. Run the cells from the top to the bottom, then the cell under "Run it", which starts the program.

The last cells test your work. On your own machine they run the public tests; your points come from more tests of the \
same kind. They need the package `async-autograder` (`pip install async-autograder`)."""

_TESTS = """\
## Tests

Nothing is to be changed here. Each cell is about one concept{worth}."""

_TEST = """\
# {concept}: {points}
{ask}

points_for({assignment!r}, {exercise!r}, {concept!r})"""


def test_cell_id(concept: str) -> str:
    """Return the id of the cell that is graded for a concept."""
    return f"test_{concept}"


def concept_of(cell_id: str) -> str | None:
    """Return the concept that a cell is graded for; None if it is no test cell of ours."""
    concept = cell_id.removeprefix("test_")
    return concept if concept != cell_id and concept in CONCEPTS else None


def notebook_id(exercise: Exercise) -> str:
    """Return what nbgrader calls the notebook of an exercise: its file's name without the ending."""
    return exercise.notebook.removesuffix(".ipynb")


def source_notebook(assignment: Assignment, exercise: Exercise, reference: Reference, points: Points) -> Any:
    """Return the notebook as an `nbformat` object, valid for nbgrader; equal input gives an equal notebook.

    Raise `ConfigurationError` if the solution is not fit for it.
    """
    text = with_regions(reference)
    cells = list(_cells(assignment, exercise, reference, points, text))
    stem = re.sub(r"[^a-zA-Z0-9_-]", "_", notebook_id(exercise))[:50]
    for number, cell in enumerate(cells, 1):
        cell["id"] = f"{stem}-{number:02}"
    book = import_extra("nbformat").v4.new_notebook(cells=cells, metadata=KERNEL)
    _seal(book)
    return book


def _seal(book: Any) -> None:
    """Let nbgrader's own tools compute the checksums and judge the metadata."""
    utils = import_extra("nbgrader.utils")
    for cell in book.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["checksum"] = utils.compute_checksum(cell)
    import_extra("nbformat").validate(book)
    import_extra("nbgrader.nbgraderformat").MetadataValidator().validate_nb(book)


def _cells(
    assignment: Assignment, exercise: Exercise, reference: Reference, points: Points, text: str
) -> Iterator[Any]:
    tree = ast.parse(text)
    yield _markdown(_introduction(exercise, reference, ast.get_docstring(tree) or ""))
    used: set[str] = set()
    for piece, definition in pieces(text):
        if definition:
            yield _markdown(heading(definition, piece, reference))
        yield _code(piece, _solution(definition, used) if BEGIN in piece else None)
    yield _markdown(RUN_NOTE)
    yield _code(run_cell(text), None)
    worth = f"; together they are worth {points_text(exercise.points)}" if exercise.points else ""
    yield _markdown(_TESTS.format(worth=worth))
    for concept in CONCEPTS:
        if concept in points:
            source = _TEST.format(
                ask=TEST_CELL,
                concept=concept,
                points=points_text(points[concept]),
                assignment=assignment.id,
                exercise=exercise.id,
            )
            yield _code(source, _graded(concept, points[concept]))


def _introduction(exercise: Exercise, reference: Reference, docstring: str) -> str:
    about = "\n".join(map(markdown, docstring.split("\n")))
    return f"# {markdown(exercise.id)} {markdown(exercise.title)}\n\n{about}\n\n{_INTRODUCTION}"


def _markdown(text: str) -> Any:
    _check_marks(text)
    return import_extra("nbformat").v4.new_markdown_cell(text)


def _code(text: str, metadata: dict[str, Any] | None) -> Any:
    cell = import_extra("nbformat").v4.new_code_cell(text)
    if metadata is None:
        _check_marks(text)
    else:
        cell.metadata["nbgrader"] = {
            "schema_version": 3,
            "grade": False,
            "solution": False,
            "locked": False,
            "task": False,
            "cell_type": "code",
            **metadata,
        }
    return cell


def _check_marks(text: str) -> None:
    found = re.search(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)", text)
    if found:
        raise ConfigurationError(
            f"a given part of the notebook holds {found[0]!r}, which nbgrader would take for a mark: "
            f"{text[:80]!r}. Word it otherwise."
        )


def _solution(definition: str, used: set[str]) -> dict[str, Any]:
    name = "solution_" + (re.sub(r"[^a-zA-Z0-9_]", "_", definition) or "start")
    while name in used:
        name += "_"
    used.add(name)
    return {"solution": True, "grade_id": name}


def _graded(concept: str, points: Decimal) -> dict[str, Any]:
    number = int(points) if points == points.to_integral_value() else float(points)
    return {"grade": True, "locked": True, "grade_id": test_cell_id(concept), "points": number}
