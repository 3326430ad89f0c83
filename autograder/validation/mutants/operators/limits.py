"""Mistakes with what limits: timeouts, semaphores, queues."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import libcst as cst

from autograder.validation.mutants import blocks
from autograder.validation.mutants.change import Change, Operator
from autograder.validation.mutants.operators.expressions import (
    keeping_parentheses,
    keyword,
    operand,
    plain_arguments,
    without_argument,
)
from autograder.validation.mutants.program import Program, called, last_name

_TIMEOUTS = ("timeout", "timeout_at")
_QUEUES = ("Queue", "LifoQueue", "PriorityQueue")


def drop_timeout(program: Program) -> Iterator[Change]:
    """Nothing ends the wait: ``async with asyncio.timeout(x)`` or ``wait_for(y, x)`` or ``timeout=x`` is missing."""
    for block in program.all(cst.With):
        if any(called(item.item, *_TIMEOUTS) for item in block.items):
            rest = [item for item in block.items if not called(item.item, *_TIMEOUTS)]
            what = (
                f"`{program.short(block.items[0].item)}` is missing: the block may take as long as it likes."
            )
            if rest:
                rest[-1] = rest[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
                yield Change(block, {block: block.with_changes(items=rest)}, what)
            elif blocks.block_of(program, block) is not None:
                statements, left = blocks.unwrap(block.body)
                yield Change(block, blocks.replace(program, block, statements, left), what)
    for call in program.all(cst.Call):
        what = f"`{program.short(call)}` has no time limit."
        if called(call, "wait_for") and len(call.args) == 2:
            new = keeping_parentheses(call, operand(call.args[0].value))
            yield Change(call, {call: new}, what)
        elif (limit := keyword(call, "timeout")) is not None and len(call.args) > 1:
            yield Change(call, {call: without_argument(call, limit)}, what)


def longer_timeout(program: Program) -> Iterator[Change]:
    """A time limit is ten times as long."""
    for call in program.all(cst.Call):
        limit = keyword(call, "timeout") or keyword(call, "delay")
        if called(call, *_TIMEOUTS) and plain_arguments(call):
            limit = plain_arguments(call)[0]
        elif called(call, "wait_for") and len(plain_arguments(call)) == 2:
            limit = plain_arguments(call)[1]
        if limit is not None and program.code(limit.value) != "None":
            new = cst.BinaryOperation(operand(limit.value), cst.Multiply(), cst.Integer("10"))
            what = f"The time limit is ten times as long as `{program.short(limit.value)}`."
            yield Change(call, {limit.value: new}, what)


def unbounded_queue(program: Program) -> Iterator[Change]:
    """``asyncio.Queue(n)`` -> ``asyncio.Queue()``."""
    for call in program.all(cst.Call):
        size = keyword(call, "maxsize") or next(iter(plain_arguments(call)), None)
        if called(call, *_QUEUES) and size is not None:
            what = "There is no limit to how much the queue takes."
            yield Change(call, {call: without_argument(call, size)}, what)


def without_waiting(name: str, what: str) -> Callable[[Program], Iterator[Change]]:
    """``await q.name(...)`` -> ``q.name_nowait(...)``."""

    def find(program: Program) -> Iterator[Change]:
        for node in program.all(cst.Await):
            call = node.expression
            if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute) and called(call, name):
                func = call.func.with_changes(attr=cst.Name(f"{name}_nowait"))
                new = keeping_parentheses(node, call.with_changes(func=func))
                yield Change(node, {node: new}, what)

    return find


def dropped_call(name: str, what: str) -> Callable[[Program], Iterator[Change]]:
    """A statement that calls a method of this name, awaited or not, is missing."""

    def find(program: Program) -> Iterator[Change]:
        for small in program.all(cst.Expr):
            value = small.value.expression if isinstance(small.value, cst.Await) else small.value
            if isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute) and called(value, name):
                yield Change(small, blocks.drop(program, small), what.format(program.short(small.value)))

    return find


def drop_sentinel(program: Program) -> Iterator[Change]:
    """``await q.put(None)`` is missing."""
    for small in _sentinels(program):
        what = f"`{program.short(small.value)}` is missing: nobody says that nothing more will come."
        yield Change(small, blocks.drop(program, small), what)


def sentinel_once(program: Program) -> Iterator[Change]:
    """``for ...: await q.put(None)`` -> ``await q.put(None)``."""
    for small in _sentinels(program):
        line = blocks.line_of(program, small)
        loop = program.around(small, cst.For)
        if line is None or loop is None or blocks.block_of(program, loop) is None:
            continue
        statements, left = blocks.unwrap(loop.body)
        used = {name.value for name in program.inside(loop.body, cst.Name)}
        if statements == [line] and not (isinstance(loop.target, cst.Name) and loop.target.value in used):
            what = f"`{program.short(small.value)}` happens once instead of once for each."
            yield Change(small, blocks.replace(program, loop, statements, left), what)


def _sentinels(program: Program) -> Iterator[cst.Expr]:
    """Yield the statements that put None, an ellipsis, or a name in capitals or with ``sentinel`` into a queue."""
    for small in program.all(cst.Expr):
        value = small.value.expression if isinstance(small.value, cst.Await) else small.value
        if isinstance(value, cst.Call) and called(value, "put", "put_nowait") and len(value.args) == 1:
            name = last_name(value.args[0].value)
            marked = name == "None" or name.isupper() or "sentinel" in name.lower()
            if marked or isinstance(value.args[0].value, cst.Ellipsis):
                yield small


OPERATORS = (
    Operator(name="drop-timeout", find=drop_timeout, concept="timing"),
    Operator(name="longer-timeout", find=longer_timeout, concept="timing"),
    Operator(name="unbounded-queue", find=unbounded_queue, concept="concurrency"),
    Operator(
        name="get-nowait",
        find=without_waiting("get", "An empty queue is an error instead of something to wait for."),
        concept="suspension",
    ),
    Operator(
        name="put-nowait",
        find=without_waiting("put", "A full queue is an error instead of something to wait for."),
        concept="suspension",
    ),
    Operator(
        name="drop-task-done",
        find=dropped_call("task_done", "`{}` is missing: the queue's join never ends."),
        concept="cleanup",
    ),
    Operator(
        name="drop-join",
        find=dropped_call("join", "`{}` is missing: nobody waits until everything in the queue is done."),
        concept="cleanup",
    ),
    Operator(name="drop-sentinel", find=drop_sentinel, concept="cleanup"),
    Operator(name="sentinel-once", find=sentinel_once, concept="cleanup"),
)
