"""A blank inside a line of code: ``row = {"id": i, "value": i * 10}  ### SOLUTION i * 10``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.release.source import Function, Source

MARKER = "### SOLUTION "

# Where a call cannot stand in place of an expression, or where Python 3.11 does not know its exact place.
_CLOSED = (ast.pattern, ast.JoinedStr)


def split_line(source: Source, line: int) -> tuple[str, str, str]:
    """Return what stands before the expression that the line's marker names, the expression, and what stands behind it.

    Raise `ConfigurationError` unless the text of the marker is one expression that stands in the line just once.
    """
    column, comment = source.comments[line]
    code = source.lines[line - 1][:column].rstrip()
    wanted = comment.removeprefix(MARKER).strip()
    if "SOLUTION" in wanted:
        source.fail(line, "several blanks in one line: give each a line of its own")
    expression = _parse(wanted)
    if expression is None:
        source.fail(line, f'what follows "{MARKER}" must be one expression, and "{wanted}" is none')
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(expression)):
        source.fail(line, "a yield cannot be a blank inside a line: put the whole statement into a region")
    places = sorted(set(_places(source, line, code, wanted)))
    if not places:
        source.fail(
            line,
            f'"{wanted}" is not an expression of this line that a call could replace: copy it exactly, as a whole, '
            "without parentheses around it and not from inside an f-string or a pattern",
        )
    if len(places) > 1:
        source.fail(line, f'"{wanted}" stands in this line {len(places)} times: name an expression around it')
    start, end = places[0]
    if not _runs_in_function(source, line, start):
        source.fail(line, "this blank is in no function: what runs on import cannot be a blank")
    return code[:start], wanted, code[end:]


def _parse(text: str) -> ast.expr | None:
    try:
        return ast.parse(f"({text}\n)", mode="eval").body if text else None
    except (SyntaxError, ValueError):
        return None


def _places(source: Source, line: int, code: str, wanted: str) -> Iterator[tuple[int, int]]:
    """Yield first and last column of each expression of this line that reads ``wanted``."""
    encoded = code.encode()
    for node in _expressions(source.tree):
        if node.lineno == line == node.end_lineno and encoded[node.col_offset : node.end_col_offset] == (
            wanted.encode()
        ):
            start = len(encoded[: node.col_offset].decode())
            yield start, start + len(wanted)


def _expressions(tree: ast.Module) -> Iterator[ast.expr]:
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            yield node
        if isinstance(node, ast.AnnAssign):
            # Nothing evaluates the annotation of a local name: a blank there would never be reached.
            waiting += [node.target, *([node.value] if node.value else [])]
        elif not isinstance(node, _CLOSED):
            waiting.extend(ast.iter_child_nodes(node))


def _runs_in_function(source: Source, line: int, column: int) -> bool:
    """Tell whether the place is in a function's body, not in its head, which runs where the function is defined."""
    offset = len(source.lines[line - 1][:column].encode())
    return any(
        (node.body[0].lineno, node.body[0].col_offset)
        <= (line, offset)
        < (node.end_lineno or 0, node.end_col_offset or 0)
        for node in ast.walk(source.tree)
        if isinstance(node, Function)
    )
