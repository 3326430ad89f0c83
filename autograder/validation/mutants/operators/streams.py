"""Mistakes with generators and the loops over them: everything at once, rows that are one object."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.validation.mutants import blocks
from autograder.validation.mutants.change import Change, Operator
from autograder.validation.mutants.operators.expressions import expression
from autograder.validation.mutants.program import Program


def eager_list(program: Program) -> Iterator[Change]:
    """A generator collects all that it yields and yields it at its end."""
    for function in program.all(cst.FunctionDef):
        yields = list(program.inside(function.body, cst.Yield))
        plain = [each for each in yields if each.value is not None and not isinstance(each.value, cst.From)]
        statements = [each for each in plain if isinstance(program.parent(each), cst.Expr)]
        if not yields or len(statements) < len(yields) or any(program.inside(function.body, cst.Return)):
            continue
        name = program.free_name("collected")
        change = _Collect(name, set(statements))
        body = function.body.visit(change)
        assert isinstance(body, cst.BaseSuite)
        first = blocks.statement(f"{name} = []")
        last = blocks.statement(f"for each in {name}:\n    yield each")
        what = "All rows are collected first and handed out at the end, instead of each as it comes."
        new = blocks.extended(body, before=[first], after=[last])
        yield Change(statements[0], {function.body: new}, what)


class _Collect(cst.CSTTransformer):
    def __init__(self, name: str, yields: set[cst.Yield]) -> None:
        super().__init__()
        self._name = name
        self._yields = yields

    def leave_Yield(self, original_node: cst.Yield, updated_node: cst.Yield) -> cst.BaseExpression:
        if original_node not in self._yields or not isinstance(updated_node.value, cst.BaseExpression):
            return updated_node
        return cst.Call(expression(f"{self._name}.append"), [cst.Arg(updated_node.value)])


def yield_before_await(program: Program) -> Iterator[Change]:
    """A ``yield`` changes places with the line before it, which awaits."""
    for node in program.all(cst.Yield):
        line = program.around(node, cst.SimpleStatementLine)
        before = blocks.neighbour(program, line, -1) if line else None
        if line is None or not isinstance(before, cst.SimpleStatementLine):
            continue
        if any(program.inside(before, cst.Await)) and not any(program.inside(before, cst.Assign)):
            what = f"`{program.short(line)}` comes before `{program.short(before)}`: the first one comes too early."
            yield Change(node, blocks.swap(program, before, line), what)


def yield_shared(program: Program) -> Iterator[Change]:
    """``yield {...}`` in a loop -> one dict that is changed and yielded again and again."""
    for node in program.all(cst.Yield):
        function = program.function(node)
        small = program.parent(node)
        line = blocks.line_of(program, small) if isinstance(small, cst.Expr) else None
        loop = program.around(node, cst.For, cst.While)
        if function is None or line is None or loop is None or program.function(loop) is not function:
            continue
        if not isinstance(node.value, cst.Dict):
            continue
        name = program.free_name("shared")
        update = cst.Call(expression(f"{name}.update"), [cst.Arg(node.value)])
        lines = [cst.SimpleStatementLine(body=[cst.Expr(update)]), blocks.statement(f"yield {name}")]
        body = function.body.visit(_Insert(line, lines))
        assert isinstance(body, cst.BaseSuite)
        what = "All rows are one and the same object, which is changed for each row."
        first = blocks.statement(f"{name} = {{}}")
        yield Change(node, {function.body: blocks.extended(body, before=[first])}, what)


class _Insert(cst.CSTTransformer):
    def __init__(self, old: cst.CSTNode, new: list[cst.BaseStatement]) -> None:
        super().__init__()
        self._old = old
        self._new = new

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        if original_node is not self._old:
            return updated_node
        first, *others = self._new
        return cst.FlattenSentinel([first.with_changes(leading_lines=updated_node.leading_lines), *others])


def collect_then_loop(program: Program) -> Iterator[Change]:
    """``async for x in y`` -> ``for x in [each async for each in y]``."""
    for loop in program.all(cst.For):
        if loop.asynchronous is not None:
            new = loop.with_changes(
                asynchronous=None, iter=expression(f"[each async for each in {program.code(loop.iter)}]")
            )
            what = f"The loop begins only when all of `{program.short(loop.iter)}` is there."
            yield Change(loop, {loop: new}, what)


OPERATORS = (
    Operator(name="eager-list", find=eager_list, concept="streaming"),
    Operator(name="yield-before-await", find=yield_before_await, concept="streaming"),
    Operator(name="yield-shared", find=yield_shared, concept="rows"),
    Operator(name="collect-then-loop", find=collect_then_loop, concept="streaming"),
)
