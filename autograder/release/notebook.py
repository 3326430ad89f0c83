"""A skeleton as a Jupyter notebook: the same blanks, cut into cells that run one after the other."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

from autograder.errors import ConfigurationError
from autograder.model import Exercise
from autograder.release.hints import markdown, points_note
from autograder.release.reference import Reference, points_text
from autograder.release.skeleton import NOTEBOOK_BLANK, without_help

_INTRODUCTION = """\
There {are} to fill{worth}. Put your own code, one line or several, in place of each line that says `blank(...)`; the \
comment above it says what goes there.{inside}

Run the cells from the top to the bottom. After a change, run the changed cell and then the last one, which starts \
the program: it goes as far as it can, then it names the first blank that is still open. `{file}` is the same exercise \
as a file: work in one of the two, and hand in what the README asks for."""
_INSIDE = " Where `blank(...)` stands inside a line, only its own place is yours to fill."
_BLANK_NOTE = "This cell only tells which blank is still open. There is nothing to fill in here."
RUN_NOTE = """\
## Run it

A notebook already has a running event loop: so the program is awaited here, not started with `asyncio.run`."""

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""What runs a notebook, for its metadata."""


@dataclass(frozen=True, slots=True)
class _Cell:
    kind: str
    text: str
    tag: str = ""


def notebook(exercise: Exercise, reference: Reference, skeleton_text: str) -> str:
    """Return the notebook as JSON, the same bytes for the same skeleton, without outputs.

    Raise `ConfigurationError` if the package that writes notebooks is not installed.
    """
    try:
        nbformat: Any = importlib.import_module("nbformat")
    except ImportError as error:
        raise ConfigurationError(
            "the notebooks of a bundle are written by nbformat, which is not installed: "
            'install the extra "notebook" (pip install "async-autograder[notebook]"), then release again'
        ) from error
    stem = exercise.file.removesuffix(".py")
    cells = []
    for number, cell in enumerate(_cells(exercise, reference, skeleton_text), 1):
        make = nbformat.v4.new_markdown_cell if cell.kind == "markdown" else nbformat.v4.new_code_cell
        made = make(cell.text, id=f"{stem[:50]}-{number:02}")
        if cell.tag:
            made.metadata["tags"] = [cell.tag]
        cells.append(made)
    book = nbformat.v4.new_notebook(cells=cells, metadata=KERNEL)
    nbformat.validate(book)
    return str(nbformat.writes(book)).rstrip("\n") + "\n"


def _cells(exercise: Exercise, reference: Reference, skeleton_text: str) -> Iterator[_Cell]:
    text = without_help(skeleton_text)
    tree = ast.parse(text)
    yield _Cell("markdown", _introduction(exercise, reference, ast.get_docstring(tree) or ""))
    yield _Cell("markdown", _BLANK_NOTE)
    yield _Cell("code", NOTEBOOK_BLANK, "blank")
    for piece, definition in pieces(text):
        if definition:
            yield _Cell("markdown", heading(definition, piece, reference))
        yield _Cell("code", piece)
    yield _Cell("markdown", RUN_NOTE)
    yield _Cell("code", run_cell(text), "run")


def _introduction(exercise: Exercise, reference: Reference, docstring: str) -> str:
    count, points = len(reference.regions), reference.points
    text = _INTRODUCTION.format(
        are="is 1 blank" if count == 1 else f"are {count} blanks",
        worth="" if points is None else f", worth {points_text(points)}",
        inside=_INSIDE if any(region.inside for region in reference.regions) else "",
        file=exercise.file,
    )
    about = "\n".join(map(markdown, docstring.split("\n")))
    return f"# {markdown(exercise.id)} {markdown(exercise.title)}\n\n{about}\n\n{text}"


def heading(name: str, piece: str, reference: Reference) -> str:
    """Return the Markdown above a definition: its name, and the blanks whose comments stand in it."""
    by_number = {region.number: region for region in reference.regions}
    found = re.findall(r"(?m)^\s*# Blank (\d+)", piece)
    regions = [by_number[int(number)] for number in found if int(number) in by_number]
    lines = [f"## `{name}`"]
    if regions:
        lines.append("")
        lines += [
            f"- Blank {region.number}{points_note(region.points)}: {markdown(region.prompt)}"
            for region in regions
        ]
    return "\n".join(lines)


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield the code of each cell and the name of what is defined in it, "" for what stands between two definitions.

    ``text`` is a program with a docstring and a guard, as every reference and its skeleton; neither of these comes out.
    """
    tree = ast.parse(text)
    guard = _guard(tree)
    lines = text.split("\n")
    start = tree.body[0].end_lineno or 1  # behind the docstring, which the introduction shows
    names = {}
    ends = []
    for node in tree.body[1:]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
            while first > start and lines[first - 1].startswith("#"):
                first -= 1
            end = node.end_lineno or first
            while end < len(lines) and re.match(r"\s+#", lines[end]):
                end += 1  # to the tree, a comment at the end of a body is behind it
            names[first] = node.name
            ends += [first, end]
        elif node is guard:
            ends += [guard.lineno - 1, guard.end_lineno or guard.lineno]
    for begin, end in zip([start, *ends], [*ends, len(lines)], strict=True):
        piece = "\n".join(lines[begin:end]).strip("\n")
        if begin != guard.lineno - 1 and piece.strip():
            yield piece, names.get(begin, "")


def _guard(tree: ast.Module) -> ast.If:
    return next(
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"
    )


def run_cell(text: str) -> str:
    """Return what the guard runs, with ``await`` in place of ``asyncio.run``: a notebook's loop is running already."""
    guard = _guard(ast.parse(text))
    lines = text.split("\n")[guard.body[0].lineno - 1 : guard.end_lineno]
    indent = len(lines[0]) - len(lines[0].lstrip())
    code = "\n".join(line[indent:] if not line[:indent].strip() else line for line in lines)
    calls = [node for node in ast.walk(ast.parse(code)) if _is_asyncio_run(node)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        code = _awaited(code, call)
    return code


def _is_asyncio_run(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "asyncio.run" and len(node.args) == 1


def _awaited(code: str, call: ast.Call) -> str:
    lines = code.encode().splitlines(keepends=True)
    whole = b"".join(lines)
    start = sum(map(len, lines[: call.lineno - 1])) + call.col_offset
    end = sum(map(len, lines[: (call.end_lineno or 1) - 1])) + (call.end_col_offset or 0)
    text = f"await {ast.get_source_segment(code, call.args[0])}"
    if whole[end:].lstrip()[:1] in (b".", b"[", b"("):
        text = f"({text})"
    return (whole[:start] + text.encode() + whole[end:]).decode()
