"""One change of a program: which nodes become which others, and the program that results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TypeAlias

import libcst as cst

from autograder.validation.mutants.program import Program, last_name

Edits: TypeAlias = Mapping[cst.CSTNode, cst.CSTNode]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What an operator would do at one place."""

    at: cst.CSTNode
    """It gives the line, the function and the blank."""
    edits: Edits
    what: str
    """A sentence for a teacher."""
    needs: str = ""
    """A module that the changed code uses."""
    concept: str = ""
    """What it is about, where the operator does not say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """One kind of mistake."""

    name: str
    find: Callable[[Program], Iterator[Change]]
    concept: str = ""
    """One of `autograder.model.CONCEPTS`; if empty, the place of the change says it."""


def apply(program: Program, change: Change) -> str | None:
    """Return the text of the changed program; None if the change cannot be written down at this place."""
    try:
        module = _rebuild(program, change.edits)
    except cst.CSTValidationError:
        # Such as `return(x)`, where what comes in place of (x) needs a space or parentheses.
        try:
            module = _rebuild(program, {old: _in_parentheses(new) for old, new in change.edits.items()})
        except cst.CSTValidationError:
            return None
    if change.needs:
        module = _with_import(module, change.needs)
    return module.code


def _in_parentheses(node: cst.CSTNode) -> cst.CSTNode:
    if isinstance(node, cst.BaseExpression) and not getattr(node, "lpar", None):
        return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return node


def _rebuild(program: Program, edits: Edits) -> cst.Module:
    """Return the module with the edits in it. Only what is above them is made anew: the whole tree takes far longer."""
    above: set[cst.CSTNode] = set()
    for node in edits:
        parent = program.parent(node)
        while parent is not None and parent not in above:
            above.add(parent)
            parent = program.parent(parent)

    def build(node: cst.CSTNode) -> cst.CSTNode:
        if node in edits:
            return edits[node]
        if node not in above:
            return node
        changes: dict[str, object] = {}
        for field in fields(node):
            name, value = field.name, getattr(node, field.name)
            if name == "__slots__":  # libcst declares it as a field
                continue
            if isinstance(value, cst.CSTNode):
                changes[name] = build(value)
            elif isinstance(value, (list, tuple)):
                changes[name] = tuple(build(v) if isinstance(v, cst.CSTNode) else v for v in value)
        return node.with_changes(**changes)

    module = build(program.module)
    assert isinstance(module, cst.Module)
    return module


def _with_import(module: cst.Module, name: str) -> cst.Module:
    """Return the module with ``import name`` among its first imports, unless it is there."""
    place = 0
    for index, statement in enumerate(module.body):
        small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
        if isinstance(small, cst.Import):
            if any(alias.evaluated_name == name and not alias.asname for alias in small.names):
                return module
            place = index + 1
        elif isinstance(small, cst.ImportFrom) or (index == 0 and is_docstring(small)):
            place = index + 1
        else:
            break
    line = cst.parse_statement(f"import {name}")
    return module.with_changes(body=[*module.body[:place], line, *module.body[place:]])


def is_docstring(node: cst.CSTNode | None) -> bool:
    """Say whether a small statement is a text and nothing else."""
    return isinstance(node, cst.Expr) and isinstance(node.value, cst.SimpleString | cst.ConcatenatedString)


def concept_of(program: Program, node: cst.CSTNode) -> str:
    """Return the concept that a mistake at this place is about, as far as the place tells."""
    function = program.function(node)
    name = function.name.value if function else "main"
    special = {"main": "main", "__aenter__": "enter", "__enter__": "enter", "__init__": "enter"}
    special |= {"__aexit__": "aexit", "__exit__": "aexit"}
    if name in special:
        return special[name]
    steps = list(_ways_up(program, node))
    if isinstance(node, cst.BaseSmallStatement):
        steps += program.inside(node, cst.Call)
    calls = {last_name(step.func) for step in steps if isinstance(step, cst.Call)}
    if "print" in calls:
        return "output"
    if calls & {"sleep", "timeout", "timeout_at", "wait_for"}:
        return "timing"
    if any(isinstance(step, cst.ExceptHandler | cst.ExceptStarHandler | cst.Finally) for step in steps):
        return "cleanup"
    if function is not None and any(program.inside(function.body, cst.Yield)):
        return "rows"
    if calls & {"Semaphore", "BoundedSemaphore", "Queue", "gather", "create_task"}:
        return "concurrency"
    return "result"


def _ways_up(program: Program, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    above: cst.CSTNode | None = node
    while above is not None and not isinstance(above, cst.FunctionDef):
        yield above
        above = program.parent(above)
