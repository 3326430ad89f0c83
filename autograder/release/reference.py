"""A reference solution, cut into what is given to the students and the regions that they are to write."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from autograder.errors import ConfigurationError

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"

_BLANK = re.compile(r"# Blank (\d+): (\S.*)")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """What one blank of the skeleton stands for."""

    number: int
    line: int
    """Where the region begins in the reference, counted from 1."""
    body: tuple[str, ...]
    """The solution's lines, as they are in the file."""
    opens_block: bool = False
    """Its last line is the head of a block (``async with ...:``), whose inside is not in the region."""
    yields: bool = False
    """The function around it is a generator because of what is in the region."""

    @property
    def first_code(self) -> str:
        """The first line that is neither empty nor a comment."""
        return next(line for line in self.body if _is_code(line))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A reference solution: `parts` in the order of the file, a string being one line that is given."""

    path: Path
    summary: str
    """First line of the docstring."""
    docstring_lines: int
    """Length of the docstring, with which the file begins."""
    guard_part: int
    """Index in `parts` of the line ``if __name__ == "__main__":``."""
    parts: tuple[str | Region, ...]

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions in the order of their numbers."""
        return tuple(part for part in self.parts if isinstance(part, Region))


def read_reference(path: Path) -> Reference:
    """Read a reference solution; raise `ConfigurationError` with path and line if no skeleton can be made of it."""
    text = _read(path)
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        _fail(path, error.lineno or 1, f"the reference is not valid Python: {error.msg}")
    if not (tree.body and ast.get_docstring(tree)):
        _fail(path, 1, "the reference has no docstring: begin the file with one that says what it is about")
    parts = tuple(_cut(path, text.removesuffix("\n").split("\n"), tree))
    if not any(isinstance(part, Region) for part in parts):
        _fail(path, 1, f'there is nothing to fill in: put "{BEGIN}" and "{END}" around a part')
    guard = next((i for i, part in enumerate(parts) if isinstance(part, str) and _is_guard(part)), None)
    if guard is None:
        advice = 'end the file with if __name__ == "__main__":, so that a skeleton can be imported'
        _fail(path, text.count("\n"), advice)
    return Reference(
        path=path,
        summary=(ast.get_docstring(tree) or "").splitlines()[0],
        docstring_lines=tree.body[0].end_lineno or 1,
        guard_part=guard,
        parts=parts,
    )


def _read(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: the reference cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        _fail(path, line, "the reference is not UTF-8: save it as UTF-8")
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        _fail(path, line, "a carriage return: save the reference with plain line ends (LF)")
    return text


def _cut(path: Path, lines: list[str], tree: ast.Module) -> Iterator[str | Region]:
    """Yield the given lines and the regions; the comment of a blank is a given line."""
    begin = 0
    count = 0
    for number, line in enumerate(lines, 1):
        marker = line.strip()
        if marker == BEGIN:
            if begin:
                _fail(path, number, f"a region inside the region that begins in line {begin}: end that first")
            begin = number
        elif marker == END:
            if not begin:
                _fail(path, number, f'an end without a beginning: put "{BEGIN}" before the solution')
            count += 1
            yield _region(path, lines, tree, begin, number, count)
            begin = 0
        elif "BEGIN SOLUTION" in line or "END SOLUTION" in line:
            _fail(path, number, f'a marker stands on a line of its own: "{BEGIN}" or "{END}"')
        elif not begin:
            yield line
    if begin:
        _fail(path, begin, f'this region has no end: put "{END}" behind the solution')


def _region(path: Path, lines: list[str], tree: ast.Module, begin: int, end: int, expected: int) -> Region:
    """Return the region between the markers in lines ``begin`` and ``end``."""
    comment = _BLANK.fullmatch(lines[begin - 2].strip()) if begin > 1 else None
    if comment is None:
        advice = f"put a line before it: # Blank {expected}: what goes there"
        _fail(path, begin, f"nothing says what goes into this blank: {advice}")
    if int(comment[1]) != expected:
        _fail(
            path, begin - 1, f"this is blank {comment[1]}, but it should be blank {expected}: number in order"
        )
    body = tuple(lines[begin : end - 1])
    code = [line for line in body if _is_code(line)]
    if not code:
        _fail(path, begin, "the region is empty: put the solution between its markers")
    around = _function_around(tree, begin)
    if around is None:
        _fail(path, begin, "the region is in no function: what runs on import cannot be a blank")
    following = next((line for line in lines[end:] if _is_code(line)), "")
    return Region(
        number=expected,
        line=begin,
        body=body,
        opens_block=_indent(following) > _indent(code[0]) and code[-1].rstrip().endswith(":"),
        yields=any(begin < line < end for line in _yields(around)),
    )


def _function_around(tree: ast.Module, line: int) -> _Function | None:
    """Return the innermost function in whose body the line is."""
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, _Function) and node.lineno < line <= (node.end_lineno or 0)
    ]
    return max(found, key=lambda node: node.lineno, default=None)


def _yields(function: _Function) -> Iterator[int]:
    """Yield the lines in which the function itself, not one inside it, yields."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            yield node.lineno
        if not isinstance(node, _Function | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))


def _is_code(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _is_guard(line: str) -> bool:
    return re.fullmatch(r"""if __name__ == ["']__main__["']:""", line) is not None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _fail(path: Path, line: int, what: str) -> NoReturn:
    raise ConfigurationError(f"{path}:{line}: {what}")
