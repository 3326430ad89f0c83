"""Mistakes with context managers: exceptions kept, blocks not entered or not left, state that all objects share."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.validation.mutants import blocks
from autograder.validation.mutants.change import Change, Operator
from autograder.validation.mutants.operators.expressions import expression, operand
from autograder.validation.mutants.program import Program

EXITS = ("__aexit__", "__exit__")


def exit_suppresses(program: Program) -> Iterator[Change]:
    """``__aexit__`` returns True."""
    what = "`{}` returns True: an exception of the block is swallowed."
    for function in program.all(cst.FunctionDef):
        name = function.name.value
        if name not in EXITS or isinstance(program.parent(function), cst.Module):
            continue
        returns = list(program.inside(function.body, cst.Return))
        for small in returns:
            new = small.with_changes(
                value=cst.Name("True"), whitespace_after_return=cst.SimpleWhitespace(" ")
            )
            yield Change(small, {small: new}, what.format(name))
        if not returns and not any(program.inside(function.body, cst.Yield)):
            body = blocks.extended(function.body, after=[blocks.statement("return True")])
            yield Change(function, {function.body: body}, what.format(name))


def drop_with(program: Program) -> Iterator[Change]:
    """``async with x: ...`` -> ``...``."""
    for block, item in _blocks(program):
        if item.asname is None:
            statements, left = blocks.unwrap(block.body)
            what = f"The block is not in `{_head(block)} {program.short(item.item)}`."
            yield Change(block, blocks.replace(program, block, statements, left), what, concept=_about(item))


def never_entered(program: Program) -> Iterator[Change]:
    """``async with x as y: ...`` -> ``y = x`` and ``...``."""
    for block, item in _blocks(program):
        if item.asname is not None:
            new = [_assign(item.asname, item.item)]
            statements, left = blocks.unwrap(block.body)
            what = f"`{program.short(item.item)}` is used without `{_head(block)}`: it is neither entered nor left."
            yield Change(block, blocks.replace(program, block, [*new, *statements], left), what)


def never_left(program: Program) -> Iterator[Change]:
    """``async with x as y: ...`` -> ``y = await x.__aenter__()`` and ``...``."""
    for block, item in _blocks(program):
        if item.asname is not None:
            new = [_assign(item.asname, _entering(block, operand(item.item)))]
            statements, left = blocks.unwrap(block.body)
            what = f"`{program.short(item.item)}` is entered and never left."
            yield Change(block, blocks.replace(program, block, [*new, *statements], left), what)


def left_without_error_only(program: Program) -> Iterator[Change]:
    """``async with x as y: ...`` -> ``__aenter__`` before and ``__aexit__`` behind the block."""
    for block, item in _blocks(program):
        # Where nothing waits, nothing but a call with wrong arguments can go wrong.
        if item.asname is not None and _waits(program, block.body):
            name = program.free_name("manager")
            leave = f"await {name}.__aexit__(None, None, None)"
            if block.asynchronous is None:
                leave = f"{name}.__exit__(None, None, None)"
            made = _assign(cst.AsName(cst.Name(name)), item.item)
            new = [made, _assign(item.asname, _entering(block, cst.Name(name)))]
            statements, left = blocks.unwrap(block.body)
            end = blocks.statement(leave).with_changes(leading_lines=left)
            what = f"`{program.short(item.item)}` is left only if nothing goes wrong in the block."
            yield Change(block, blocks.replace(program, block, [*new, *statements, end]), what)


def _waits(program: Program, body: cst.BaseSuite) -> bool:
    return any(program.inside(body, cst.Await, cst.Asynchronous))


def _blocks(program: Program) -> Iterator[tuple[cst.With, cst.WithItem]]:
    """Yield the ``with`` blocks of one item each."""
    for block in program.all(cst.With):
        if len(block.items) == 1 and blocks.block_of(program, block) is not None:
            yield block, block.items[0]


def _head(block: cst.With) -> str:
    return "with" if block.asynchronous is None else "async with"


def _about(item: cst.WithItem) -> str:
    """Return the concept: what has no name in the block is a lock of some kind, unless it is called."""
    return "" if isinstance(item.item, cst.Call) else "concurrency"


def _entering(block: cst.With, manager: cst.BaseExpression) -> cst.BaseExpression:
    name = "__enter__" if block.asynchronous is None else "__aenter__"
    call = cst.Call(cst.Attribute(value=manager, attr=cst.Name(name)))
    return call if block.asynchronous is None else cst.Await(call)


def _assign(name: cst.AsName, value: cst.BaseExpression) -> cst.BaseStatement:
    target = name.name
    assert isinstance(target, cst.BaseAssignTargetExpression), "what stands behind `as` can be assigned to"
    small = cst.Assign(targets=[cst.AssignTarget(target)], value=value)
    return cst.SimpleStatementLine(body=[small])


def shared_state(program: Program) -> Iterator[Change]:
    """``self.x = ...`` -> ``type(self).x = ...``."""
    for target in program.all(cst.AssignTarget):
        match target.target:
            case cst.Attribute(value=cst.Name(value="self") as owner, attr=cst.Name(value=name)):
                if _is_default(program, target):
                    continue
                what = f"`{name}` belongs to the class: all objects share it."
                yield Change(target, {owner: expression("type(self)")}, what)


def _is_default(program: Program, target: cst.AssignTarget) -> bool:
    """Say whether the constructor sets a constant: as a default of the class it does as well."""
    function, small = program.function(target), program.parent(target)
    if function is None or function.name.value != "__init__" or not isinstance(small, cst.Assign):
        return False
    constant = isinstance(small.value, cst.BaseNumber | cst.BaseString)
    return constant or program.code(small.value) in ("True", "False", "None")


OPERATORS = (
    Operator(name="exit-suppresses", find=exit_suppresses, concept="no-suppress"),
    Operator(name="drop-with", find=drop_with),
    Operator(name="never-entered", find=never_entered, concept="enter"),
    Operator(name="never-left", find=never_left, concept="cleanup"),
    Operator(name="left-without-error-only", find=left_without_error_only, concept="cleanup"),
    Operator(name="shared-state", find=shared_state),
)
