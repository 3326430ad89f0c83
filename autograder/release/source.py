"""The text of a reference solution with what Python itself says about it: the tree, and where the comments stand."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from autograder.errors import ConfigurationError

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A reference solution as it lies on disk; lines are counted from 1."""

    path: Path
    lines: tuple[str, ...]
    tree: ast.Module
    comments: dict[int, tuple[int, str]]
    """Line to column and text of the comment in it. What looks like a comment inside a string is not here."""

    def own_comment(self, line: int) -> str:
        """Return the comment that this line consists of, indentation aside; "" if there is none, or code beside it."""
        column, comment = self.comments.get(line, (0, ""))
        return "" if self.lines[line - 1][:column].strip() else comment

    def trailing_comment(self, line: int) -> str:
        """Return the comment that stands behind code in this line, or ""."""
        return "" if self.own_comment(line) else self.comments.get(line, (0, ""))[1]

    def function_around(self, line: int) -> Function | None:
        """Return the innermost function in whose body the line is."""
        found = [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, Function) and node.lineno < line <= (node.end_lineno or 0)
        ]
        return max(found, key=lambda node: node.lineno, default=None)

    def fail(self, line: int, what: str) -> NoReturn:
        """Raise `ConfigurationError` about this line."""
        fail(self.path, line, what)


def read_source(path: Path) -> Source:
    """Read a reference solution; raise `ConfigurationError` with path and line if it is no program with a docstring."""
    text = _read(path)
    try:
        tree = ast.parse(text)
        comments = dict(_comments(text))
    except SyntaxError as error:
        fail(path, error.lineno or 1, f"the reference is not valid Python: {error.msg}")
    except (tokenize.TokenError, ValueError, RecursionError, MemoryError) as error:
        fail(path, 1, f"the reference is not valid Python: {error}")
    if not (tree.body and ast.get_docstring(tree)):
        fail(path, 1, "the reference has no docstring: begin the file with one that says what it is about")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | Function | ast.ClassDef) and "blank" in (
            getattr(node, "id", ""),
            getattr(node, "name", ""),
        ):
            fail(path, node.lineno, "the name blank is taken: it stands for what is missing. Use another one")
    return Source(path=path, lines=tuple(text.removesuffix("\n").split("\n")), tree=tree, comments=comments)


def fail(path: Path, line: int, what: str) -> NoReturn:
    """Raise `ConfigurationError` about a line of a file."""
    raise ConfigurationError(f"{path}:{line}: {what}")


def _read(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: the reference cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        fail(path, line, "the reference is not UTF-8: save it as UTF-8")
    for char, what in {
        "\r": "a carriage return: save the reference with plain line ends (LF)",
        "\ufeff": "a byte order mark: save the reference as UTF-8 without one",
        "\0": "a NUL character: take it out",
    }.items():
        if char in text:
            fail(path, text[: text.index(char)].count("\n") + 1, what)
    return text


def _comments(text: str) -> Iterator[tuple[int, tuple[int, str]]]:
    for token in tokenize.generate_tokens(io.StringIO(text, newline="\n").readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], (token.start[1], token.string)
