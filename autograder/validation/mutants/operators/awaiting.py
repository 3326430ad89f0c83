"""Mistakes with ``await``: left out, at the wrong moment, on the wrong thing."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.validation.mutants import blocks
from autograder.validation.mutants.change import Change, Operator
from autograder.validation.mutants.operators.expressions import (
    asyncio_call,
    expression,
    keeping_parentheses,
)
from autograder.validation.mutants.program import Program, called


def sleep_blocking(program: Program) -> Iterator[Change]:
    """``await asyncio.sleep(x)`` -> ``time.sleep(x)``."""
    for node in _awaited(program, "sleep"):
        call = node.expression
        assert isinstance(call, cst.Call)
        new = call.with_changes(func=expression("time.sleep"))
        what = f"`time.sleep` instead of `await {program.short(call.func)}`: nothing else runs meanwhile."
        yield Change(node, {node: keeping_parentheses(node, new)}, what, needs="time")


def sleep_constant(program: Program) -> Iterator[Change]:
    """``asyncio.sleep(x)`` -> ``asyncio.sleep(1)``, where x is no number."""
    for node in _awaited(program, "sleep"):
        call = node.expression
        assert isinstance(call, cst.Call)
        if call.args and not isinstance(call.args[0].value, cst.Integer | cst.Float):
            time = call.args[0].value
            what = f"The wait takes a second, whatever `{program.short(time)}` is."
            yield Change(node, {time: cst.Integer("1")}, what)


def sleep_zero(program: Program) -> Iterator[Change]:
    """``asyncio.sleep(x)`` -> ``asyncio.sleep(0)``."""
    for node in _awaited(program, "sleep"):
        call = node.expression
        assert isinstance(call, cst.Call)
        if call.args:
            time = call.args[0].value
            what = f"The wait lets others run once and takes no time, instead of `{program.short(time)}`."
            yield Change(node, {time: cst.Integer("0")}, what)


def drop_await(program: Program) -> Iterator[Change]:
    """``await f()`` -> ``f()``."""
    for node in program.all(cst.Await):
        what = f"`{program.short(node.expression)}` is not awaited."
        yield Change(node, {node: keeping_parentheses(node, node.expression)}, what)


def await_earlier(program: Program) -> Iterator[Change]:
    """A line that awaits changes places with the line before it."""
    return _moved(program, -1, "before", "behind")


def await_later(program: Program) -> Iterator[Change]:
    """A line that awaits changes places with the line behind it."""
    return _moved(program, 1, "behind", "before")


def _moved(program: Program, distance: int, where: str, instead: str) -> Iterator[Change]:
    for node in program.all(cst.Await):
        line = program.around(node, cst.SimpleStatementLine)
        if line is None or next(iter(program.inside(line, cst.Await)), None) is not node:
            continue
        other = blocks.neighbour(program, line, distance)
        if not isinstance(other, cst.SimpleStatementLine) or _needs_order(program, line, other, distance):
            continue
        what = f"`{program.short(line)}` comes {where} `{program.short(other)}` instead of {instead} it."
        yield Change(node, blocks.swap(program, line, other), what)


def _needs_order(program: Program, line: cst.CSTNode, other: cst.CSTNode, distance: int) -> bool:
    """Say whether the exchange is nothing but a name used before it is there, or code behind a return."""
    first, second = (line, other) if distance > 0 else (other, line)
    if any(program.inside(first, cst.Return, cst.Raise, cst.Break, cst.Continue, cst.Import, cst.ImportFrom)):
        return True
    if any(program.inside(second, cst.Return, cst.Raise, cst.Break, cst.Continue)):
        return True
    bound = {
        name.value
        for target in program.inside(first, cst.AssignTarget)
        for name in (target.target, *program.inside(target.target, cst.Name))
        if isinstance(name, cst.Name)
    }
    docstring = any(
        isinstance(each, cst.Expr) and isinstance(each.value, cst.SimpleString) for each in first.children
    )
    return docstring or any(name.value in bound for name in program.inside(second, cst.Name))


def shield(program: Program) -> Iterator[Change]:
    """``await f()`` -> ``await asyncio.shield(f())``."""
    for node in program.all(cst.Await):
        # A wait leaves its tasks running as it is: a shield around it changes nothing.
        if not called(node.expression, "shield", "wait"):
            new = asyncio_call("shield", node.expression.with_changes(lpar=[], rpar=[]))
            what = f"`{program.short(node.expression)}` is shielded: it goes on when its task is cancelled."
            yield Change(node, {node.expression: new}, what, needs="asyncio")


def suppress_cancellation(program: Program) -> Iterator[Change]:
    """``await f()`` -> the same in ``with contextlib.suppress(asyncio.CancelledError)``."""
    for node in program.all(cst.Await):
        small = program.parent(node)
        line = blocks.line_of(program, small) if isinstance(small, cst.Expr) else None
        if line is None or blocks.block_of(program, line) is None:
            continue
        with_item = cst.WithItem(expression("contextlib.suppress(asyncio.CancelledError)"))
        inner = line.with_changes(leading_lines=[])
        new = cst.With(items=[with_item], body=cst.IndentedBlock(body=[inner]))
        what = f"A cancellation that arrives in `{program.short(node)}` is swallowed there."
        yield Change(node, blocks.replace(program, line, [new]), what, needs="contextlib")


def _awaited(program: Program, *names: str) -> Iterator[cst.Await]:
    return (node for node in program.all(cst.Await) if called(node.expression, *names))


OPERATORS = (
    Operator(name="sleep-blocking", find=sleep_blocking, concept="suspension"),
    Operator(name="sleep-constant", find=sleep_constant, concept="timing"),
    Operator(name="sleep-zero", find=sleep_zero, concept="timing"),
    Operator(name="drop-await", find=drop_await, concept="suspension"),
    Operator(name="await-later", find=await_later),
    Operator(name="await-earlier", find=await_earlier),
    Operator(name="shield", find=shield, concept="cancellation"),
    Operator(name="suppress-cancellation", find=suppress_cancellation, concept="cancellation"),
)
