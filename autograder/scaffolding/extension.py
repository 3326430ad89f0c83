"""An assignment that is there already gets one more exercise: what is added to its files, as new texts of them."""

from __future__ import annotations

import ast
import codecs
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.catalogue.settings import read_settings
from autograder.errors import ConfigurationError, UsageError
from autograder.model import Assignment
from autograder.scaffolding.names import ExerciseName


def check_is_new(assignment: Assignment, name: ExerciseName) -> None:
    """Raise `UsageError` if the assignment has an exercise of this id or file."""
    for exercise in assignment.exercises:
        what = (
            "id" if exercise.id == name.id else "file" if exercise.file.lower() == name.file.lower() else ""
        )
        if what:
            given = name.id if what == "id" else name.file
            raise UsageError(
                f"{assignment.folder / 'assignment.toml'}: exercise {exercise.id}, {exercise.title}, has the {what} "
                f"{given} already. Nothing was written. Take another name for the new one{_free(assignment, name)}."
            )


def _free(assignment: Assignment, name: ExerciseName) -> str:
    """Suggest the next number that is free."""
    number, dot, count = name.id.rpartition(".")
    if not dot:
        return ""
    taken = {exercise.id for exercise in assignment.exercises}
    free = next(each for each in range(int(count) + 1, 10**9) if f"{number}.{each}" not in taken)
    return f", such as {name.lecture}/ex{number}_{free}_retry"


def with_exercise(path: Path, table: str) -> bytes:
    """Return ``assignment.toml`` with one more ``[[exercise]]``; raise `ConfigurationError` if that does not go."""
    old = _read(path)
    new = _append(old, table)
    before = read_settings(path).exercises
    with tempfile.TemporaryDirectory(prefix="autograder-new-") as made:
        copy = Path(made) / path.name
        copy.write_bytes(new)
        try:
            after = read_settings(copy).exercises
        except ConfigurationError:
            after = ()
    if after[:-1] != before or len(after) == len(before):
        raise ConfigurationError(
            f"{path}: no exercise can be added at its end. Write each exercise as a table of its own, "
            "which begins with [[exercise]]."
        )
    return new


def with_public_tests(path: Path, head: str, part: str) -> bytes:
    """Return the public tests with those of one more exercise, and with the imports of ``head`` that are missing.

    Raise `ConfigurationError` if the file is no Python, or gives another meaning to a name that the new tests use.
    """
    old = _read(path)
    try:
        tree = ast.parse(old)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise ConfigurationError(
            f"{path}:{line}: the public tests are not valid Python: {error}. Mend them."
        ) from error
    wanted = dict(_imports(ast.parse(head)))
    there = dict(_imports(tree))
    for name, line in _meanings(tree, wanted):
        raise ConfigurationError(
            f"{path}:{line}: {name} is given another meaning here than the new tests need ({wanted[name]}). "
            "Rename it first."
        )
    missing = [text for name, text in wanted.items() if name not in there]
    mark = codecs.BOM_UTF8 if old.startswith(codecs.BOM_UTF8) else b""
    return mark + _append(_insert(old.removeprefix(mark), tree, missing), part)


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield each name that a file's imports bind, and the import as a line."""
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            origin = (
                f"from {'.' * node.level}{node.module or ''} " if isinstance(node, ast.ImportFrom) else ""
            )
            for alias in node.names:
                yield alias.asname or alias.name, f"{origin}import {ast.unparse(alias)}"


def _meanings(tree: ast.Module, wanted: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Yield where a wanted name is bound by anything but its import."""
    for node in tree.body:
        names: list[str] = []
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names = [node.name]
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                names = [*_bound(node)]
            case ast.Import() | ast.ImportFrom():
                own = ast.Module(body=[node], type_ignores=[])
                names = [name for name, text in _imports(own) if wanted.get(name, text) != text]
        yield from ((name, node.lineno) for name in names if name in wanted)


def _bound(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id


def _insert(old: bytes, tree: ast.Module, imports: list[str]) -> bytes:
    """Return a file with imports behind those that it has, or behind its docstring."""
    if not imports:
        return old
    lines = old.splitlines(keepends=True)
    imported = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    text = ast.get_docstring(tree) is not None
    behind = imported[-1] if imported else tree.body[0] if text else None
    place = (behind.end_lineno or 0) if behind is not None else _comment_lines(lines)
    end = _line_end(old)
    block = [line.encode() + end for line in imports]
    if not imported:
        block = [end, *block, end] if text else [*block, end]
    if place and not lines[place - 1].endswith(b"\n"):
        lines[place - 1] += end
    return b"".join([*lines[:place], *block, *lines[place:]])


def _comment_lines(lines: list[bytes]) -> int:
    """Return how many comments a file begins with: one that names the encoding must stay at its top."""
    return next((number for number, line in enumerate(lines) if not line.startswith(b"#")), len(lines))


def _append(old: bytes, text: str) -> bytes:
    end = _line_end(old)
    rest = b"" if old.endswith(b"\n") or not old else end
    return old + rest + text.encode().replace(b"\n", end)


def _line_end(content: bytes) -> bytes:
    return b"\r\n" if b"\r\n" in content else b"\n"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror}). Make it readable.") from error
