"""A notebook's code cells as one program: each compiled as a file of its own, all run in one namespace, in order.

A cell is to a traceback what it is in Jupyter: a file that is called after it, whose lines are counted from its top.

Where a notebook differs from a file:

- A cell may await, and a task that it has made goes on while later cells await: all of them share one event loop.
  Other cells run without a loop, so that ``asyncio.run`` works in them as it does in a file.
- A statement that only starts something, ``await main()`` or ``asyncio.run(main())``, whose value is not kept, is what
  the guard is in a file: it is passed over where the notebook is imported.
- ``display`` and ``get_ipython`` are there without an import, as in Jupyter. Nothing is shown.
"""

from __future__ import annotations
import __future__

import ast
import asyncio
import inspect
from collections.abc import Sequence
from types import CodeType
from typing import Any, NamedTuple

_FUTURES = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
_STARTERS = frozenset(("run", "run_until_complete"))
_SHOWERS = frozenset(("print", "exit"))
"""What the result of a program is given to, of which nothing is kept."""
_RUNNERS = _STARTERS | {"run_forever", "new_event_loop"}
_LOOP_NEEDED = frozenset(
    ("create_task", "ensure_future", "get_running_loop", "current_task", "all_tasks", "TaskGroup")
)
"""What a cell cannot use where no loop runs, though it awaits nothing itself."""


class Cell(NamedTuple):
    """One code cell of a notebook."""

    title: str
    """The file that it is to tracebacks: ``ex21_1_gather.ipynb, cell 3``."""
    number: int
    first: int
    """The line of the joined file at which it begins."""
    last: int


def read_cells(order: dict[str, Any], lines: int) -> list[Cell]:
    """Return the cells of a notebook that are to be run, as the trusted side has described what it has joined."""
    starts = order["cells"]
    ends = [first - 1 for first, _ in starts[1:]] + [lines]
    return [
        Cell(f"{order['name']}, cell {number}", number, first, last)
        for (first, number), last in zip(starts, ends, strict=True)
        if number in order["run"]
    ]


def compile_cells(texts: Sequence[tuple[str, str]]) -> list[CodeType]:
    """Compile cells, given as file name and text; raise what `compile` raises of the first that it does not take."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    parts = []
    for filename, text in texts:
        tree = compile(text, filename, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        _guard_starters(tree)
        code = compile(tree, filename, "exec", flags, dont_inherit=True)
        flags |= code.co_flags & _FUTURES  # a __future__ import holds for the cells below, too
        parts.append(code)
    return parts


def run_cells(parts: Sequence[CodeType], space: dict[str, Any]) -> None:
    """Run compiled cells in one namespace; raise what the first of them raises that fails.

    At the end the tasks that they have left are cancelled, as they are behind ``asyncio.run``.
    """
    space.setdefault("display", _display)
    space.setdefault("get_ipython", _Shell)
    runner: asyncio.Runner | None = None
    try:
        for code in parts:
            waits = bool(code.co_flags & inspect.CO_COROUTINE)
            if not waits and not _needs_loop(code):
                exec(code, space)
                continue
            runner = runner or asyncio.Runner()
            runner.run(eval(code, space) if waits else _inside_loop(code, space))
    finally:
        if runner is not None:
            runner.close()


def _display(*objects: object, **options: object) -> None:
    """Stand in for what shows an object below a cell."""


class _Shell:
    """Stands in for the shell that runs cells in Jupyter: whatever is asked of it does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _display


def _needs_loop(code: CodeType) -> bool:
    """Tell whether a cell that awaits nothing makes tasks, and does not bring the loop for them along."""
    return not _LOOP_NEEDED.isdisjoint(code.co_names) and _RUNNERS.isdisjoint(code.co_names)


async def _inside_loop(code: CodeType, space: dict[str, Any]) -> None:
    exec(code, space)


def _guard_starters(tree: ast.Module) -> None:
    """Put each statement of a cell that only starts something under the guard that a file would have."""
    for place, node in enumerate(tree.body):
        if isinstance(node, ast.Expr) and _starts(node.value):
            name = ast.Name("__name__", ast.Load())
            test = ast.Compare(name, [ast.Eq()], [ast.Constant("__main__")])
            guard = ast.If(test, [node], [])
            tree.body[place] = ast.fix_missing_locations(ast.copy_location(guard, node))


def _starts(value: ast.expr) -> bool:
    """Tell whether an expression only starts a program: ``await main()``, ``asyncio.run(main())``, or a print of that.

    Whatever else awaits, such as ``await queue.put(1)`` or ``rows.append(await load())``, later cells may rest on.
    """
    if isinstance(value, ast.Await):
        awaited = value.value
        called = awaited.func if isinstance(awaited, ast.Call) else awaited
        return isinstance(called, ast.Name) or _is_asyncios(called)
    if not isinstance(value, ast.Call):
        return False
    if _last_name(value.func) in _SHOWERS:
        return any(isinstance(node, ast.Await) or _runs(node) for node in ast.walk(value))
    return _runs(value)


def _runs(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _last_name(node.func) in _STARTERS


def _is_asyncios(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "asyncio"


def _last_name(called: ast.AST) -> str:
    return getattr(called, "attr", None) or getattr(called, "id", None) or ""
