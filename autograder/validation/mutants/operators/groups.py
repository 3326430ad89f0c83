"""A task group in which nobody waits, or that is replaced by a gather."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.validation.mutants import blocks
from autograder.validation.mutants.change import Change, Operator
from autograder.validation.mutants.operators.expressions import expression
from autograder.validation.mutants.program import Program, called


def taskgroup_no_wait(program: Program) -> Iterator[Change]:
    """``async with asyncio.TaskGroup() as tg: tg.create_task(...)`` -> ``asyncio.create_task(...)`` and no wait."""
    for group, name in _groups(program):
        if _starts(program, group, name) is None:
            continue
        statements, left = blocks.unwrap(_changed(group.body, _ToLoop(name)))
        what = "The tasks are started without the group: nobody waits for them."
        yield Change(group, blocks.replace(program, group, statements, left), what, needs="asyncio")


def taskgroup_gather(program: Program) -> Iterator[Change]:
    """A ``TaskGroup`` -> tasks in a list, and ``await asyncio.gather(*tasks)`` behind them."""
    for group, name in _groups(program):
        starts = _starts(program, group, name)
        if not starts:
            continue
        statements, left = blocks.unwrap(_changed(group.body, _ToList(name, starts)))
        first, last = blocks.statement(f"{name} = []"), blocks.statement(f"await asyncio.gather(*{name})")
        what = "A gather instead of the task group: when one task fails, the others go on."
        edits = blocks.replace(program, group, [first, *statements, last.with_changes(leading_lines=left)])
        yield Change(group, edits, what, needs="asyncio")


def _groups(program: Program) -> Iterator[tuple[cst.With, str]]:
    """Yield each ``async with asyncio.TaskGroup() as name`` with the name."""
    for group in program.all(cst.With):
        match group.items:
            case [cst.WithItem(item=item, asname=cst.AsName(name=cst.Name(value=name)))]:
                if called(item, "TaskGroup"):
                    yield group, name


def _starts(program: Program, group: cst.With, name: str) -> dict[cst.CSTNode, str] | None:
    """Return each line in which the group starts tasks, with how to put these into a list; None if it does more."""
    found: dict[cst.CSTNode, str] = {}
    for use in program.inside(group.body, cst.Name):
        if use.value != name:
            continue
        match program.parent(use):
            case cst.Attribute(attr=cst.Name(value="create_task")) as method:
                start = program.parent(method)
            case _:
                return None
        above = program.parent(start) if isinstance(start, cst.Call) and start.func is method else None
        several = isinstance(above, cst.ListComp)
        if isinstance(above, cst.ListComp):
            above = program.parent(above)
        line = blocks.line_of(program, above) if above else None
        if line is None or not isinstance(program.parent(line), cst.IndentedBlock):
            return None
        match above:
            case cst.Expr() if not several:
                found[line] = ""
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=target))]):
                found[line] = f"{name}.{'extend' if several else 'append'}({target})"
            case _:
                return None
    return found


class _ToLoop(cst.CSTTransformer):
    """Makes the loop start the tasks, not the group."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        if isinstance(updated_node.value, cst.Name) and updated_node.value.value == self._name:
            return updated_node.with_changes(value=cst.Name("asyncio"))
        return updated_node


class _ToList(_ToLoop):
    """Puts the tasks into a list, moreover."""

    def __init__(self, name: str, starts: dict[cst.CSTNode, str]) -> None:
        super().__init__(name)
        self._starts = starts

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        code = self._starts.get(original_node)
        small = updated_node.body[0]
        if code:
            return cst.FlattenSentinel([updated_node, blocks.statement(code)])
        if code == "" and isinstance(small, cst.Expr):
            append = cst.Call(func=expression(f"{self._name}.append"), args=[cst.Arg(small.value)])
            return updated_node.with_changes(body=[small.with_changes(value=append)])
        return updated_node


def _changed(body: cst.BaseSuite, change: cst.CSTTransformer) -> cst.BaseSuite:
    new = body.visit(change)
    assert isinstance(new, cst.BaseSuite)
    return new


OPERATORS = (
    Operator(name="taskgroup-no-wait", find=taskgroup_no_wait, concept="cleanup"),
    Operator(name="taskgroup-gather", find=taskgroup_gather, concept="cancellation"),
)
