"""Mistakes with tasks: one after the other, out of order, forgotten, not cancelled, not waited for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from autograder.validation.mutants import blocks
from autograder.validation.mutants.change import Change, Operator
from autograder.validation.mutants.operators.expressions import (
    asyncio_call,
    expression,
    keeping_parentheses,
    keyword,
    operand,
    plain_arguments,
    without_argument,
)
from autograder.validation.mutants.program import Program, called, last_name

_GROUP = ("gather", "wait", "wait_for", "join")


def gather_sequential(program: Program) -> Iterator[Change]:
    """``await asyncio.gather(a, b)`` -> ``[await a, await b]``."""
    for node, call in _gathers(program):
        elements: list[cst.BaseElement] = []
        for arg in _gathered(call):
            if arg.star:
                each = expression(f"[await each for each in {program.code(operand(arg.value))}]")
                elements.append(cst.StarredElement(each, comma=arg.comma))
            else:
                elements.append(cst.Element(cst.Await(operand(arg.value)), comma=arg.comma))
        what = "The coroutines are awaited one after the other instead of at the same time."
        yield Change(node, {node: keeping_parentheses(node, _listed(call, elements))}, what)


def gather_completion_order(program: Program) -> Iterator[Change]:
    """``x = await asyncio.gather(a, b)`` -> ``x = [await each for each in asyncio.as_completed([a, b])]``."""
    for node, call in _gathers(program):
        if isinstance(program.parent(node), cst.Expr) or not call.args:
            continue
        kinds = {"": cst.Element, "*": cst.StarredElement}
        elements = [kinds[arg.star](arg.value, comma=arg.comma) for arg in _gathered(call)]
        loop = cst.CompFor(cst.Name("each"), asyncio_call("as_completed", _listed(call, elements)))
        new = cst.ListComp(cst.Await(cst.Name("each")), loop)
        what = "The results come in the order of completion instead of the order of the arguments."
        yield Change(node, {node: keeping_parentheses(node, new)}, what, needs="asyncio")


def _listed(call: cst.Call, elements: Sequence[cst.BaseElement]) -> cst.BaseExpression:
    """Return a list of what a call has for arguments, in the same form."""
    if len(elements) == 1 and isinstance(elements[0], cst.StarredElement):
        return elements[0].value
    last = call.args[-1] if call.args else None
    return cst.List(
        elements=elements,
        lbracket=cst.LeftSquareBracket(call.whitespace_before_args),
        rbracket=cst.RightSquareBracket(last.whitespace_after_arg if last else cst.SimpleWhitespace("")),
    )


def drop_return_exceptions(program: Program) -> Iterator[Change]:
    """``gather(..., return_exceptions=True)`` -> ``gather(...)``."""
    for call in program.all(cst.Call):
        argument = keyword(call, "return_exceptions")
        if argument is not None:
            what = "`return_exceptions=True` is missing: the first exception comes out of the gather."
            yield Change(call, {call: without_argument(call, argument)}, what)


def wait_first_only(program: Program) -> Iterator[Change]:
    """``asyncio.wait(...)`` -> ``asyncio.wait(..., return_when=asyncio.FIRST_COMPLETED)``."""
    for call in program.all(cst.Call):
        if called(call, "wait") and call.args and keyword(call, "return_when") is None:
            *others, last = call.args
            new = last.with_changes(
                value=expression("asyncio.FIRST_COMPLETED"),
                star="",
                keyword=cst.Name("return_when"),
                equal=cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace("")),
            )
            space = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
            before = last.with_changes(comma=space, whitespace_after_arg=cst.SimpleWhitespace(""))
            what = "The wait is over as soon as the first task is done."
            yield Change(call, {call: call.with_changes(args=[*others, before, new])}, what, needs="asyncio")


def task_awaited_at_once(program: Program) -> Iterator[Change]:
    """``t = asyncio.create_task(f())`` -> the same, and ``await t`` behind it."""
    for call in _created(program):
        small = program.parent(call)
        line = blocks.line_of(program, small) if small else None
        if (
            not isinstance(small, cst.Assign)
            or line is None
            or not isinstance(small.targets[0].target, cst.Name)
        ):
            continue
        wait = blocks.statement(f"await {small.targets[0].target.value}")
        bare = line.with_changes(leading_lines=[])
        what = "Each task is waited for before the next one starts."
        yield Change(call, blocks.replace(program, line, [bare, wait]), what)


def await_for_task(program: Program) -> Iterator[Change]:
    """``asyncio.create_task(f())`` -> ``await f()``."""
    for call in _created(program):
        if call.args:
            new = cst.Await(operand(call.args[0].value))
            what = (
                f"`{program.short(call.args[0].value)}` is awaited on the spot instead of started as a task."
            )
            yield Change(call, {call: keeping_parentheses(call, new)}, what)


def coroutine_for_task(program: Program) -> Iterator[Change]:
    """``asyncio.create_task(f())`` -> ``f()``."""
    for call in _created(program):
        if call.args:
            what = f"`{program.short(call.args[0].value)}` is made but not started as a task."
            yield Change(call, {call: keeping_parentheses(call, call.args[0].value)}, what)


def forget_task(program: Program) -> Iterator[Change]:
    """A task that only ``await t`` uses is neither kept nor awaited; one of a list is left out of the list."""
    for call in _created(program):
        small = program.parent(call)
        function = program.function(call)
        if not isinstance(small, cst.Assign) or function is None:
            continue
        target = small.targets[0].target
        if not isinstance(target, cst.Name) or len(small.targets) > 1:
            continue
        uses = [
            n for n in program.inside(function.body, cst.Name) if n.value == target.value and n is not target
        ]
        waits = [program.parent(use) for use in uses]
        ends = [program.parent(wait) for wait in waits if isinstance(wait, cst.Await)]
        if not uses or len(ends) < len(uses) or not all(isinstance(end, cst.Expr) for end in ends):
            continue
        edits = {end: cst.Pass() for end in ends if end is not None}
        what = f"Nobody keeps the task `{target.value}` or waits for it."
        yield Change(call, {**edits, small: cst.Expr(call)}, what)


def drop_item(program: Program) -> Iterator[Change]:
    """Leave one out of the tasks or coroutines that are waited for."""
    for call in program.all(cst.Call):
        if called(call, "gather"):
            for arg in plain_arguments(call):
                if len(call.args) > 1:
                    what = f"`{program.short(arg.value)}` is not among what is gathered."
                    yield Change(arg, {call: without_argument(call, arg)}, what)
    for listed in program.all(cst.List, cst.Tuple, cst.Set):
        if isinstance(listed, cst.List | cst.Tuple | cst.Set) and isinstance(program.parent(listed), cst.Arg):
            for element in listed.elements:
                rest = [each for each in listed.elements if each is not element]
                if rest:
                    if element is listed.elements[-1]:
                        rest[-1] = rest[-1].with_changes(comma=element.comma)
                    if isinstance(listed, cst.Tuple) and len(rest) == 1:
                        rest[0] = rest[0].with_changes(comma=cst.Comma())
                    what = f"`{program.short(element)}` is left out of the list."
                    yield Change(element, {listed: listed.with_changes(elements=rest)}, what)


def drop_cancel(program: Program) -> Iterator[Change]:
    """``t.cancel()`` is not called."""
    for small in program.all(cst.Expr):
        if called(small.value, "cancel"):
            what = f"`{program.short(small.value)}` is missing: the task runs on."
            yield Change(small, blocks.drop(program, small), what)


def drop_drain(program: Program) -> Iterator[Change]:
    """What waits for tasks that were cancelled before, in the same function, is missing."""
    for small in program.all(cst.Expr):
        function = program.function(small)
        if function is None or not isinstance(small.value, cst.Await):
            continue
        cancels = [call for call in program.inside(function.body, cst.Call) if called(call, "cancel")]
        if not any(program.position(call) < program.position(small) for call in cancels):
            continue
        waited = small.value.expression
        if called(waited, *_GROUP) or isinstance(waited, cst.Name | cst.Subscript | cst.Attribute):
            what = f"`{program.short(small)}` is missing: nobody waits until the cancelled tasks have ended."
            yield Change(small, blocks.drop(program, small), what)


def _gathers(program: Program) -> Iterator[tuple[cst.Await, cst.Call]]:
    for node in program.all(cst.Await):
        if isinstance(node.expression, cst.Call) and called(node.expression, "gather"):
            yield node, node.expression


def _gathered(call: cst.Call) -> list[cst.Arg]:
    """Return what is gathered, with the commas so that it can stand by itself."""
    gathered = [arg for arg in call.args if arg.keyword is None and arg.star in ("", "*")]
    if gathered:
        gathered[-1] = gathered[-1].with_changes(comma=call.args[-1].comma)
    return gathered


def _created(program: Program) -> Iterator[cst.Call]:
    return (
        call for call in program.all(cst.Call) if last_name(call.func) in ("create_task", "ensure_future")
    )


OPERATORS = (
    Operator(name="gather-sequential", find=gather_sequential, concept="concurrency"),
    Operator(name="gather-completion-order", find=gather_completion_order, concept="ordering"),
    Operator(name="drop-return-exceptions", find=drop_return_exceptions, concept="cancellation"),
    Operator(name="wait-first-only", find=wait_first_only, concept="concurrency"),
    Operator(name="await-task-at-once", find=task_awaited_at_once, concept="concurrency"),
    Operator(name="await-for-task", find=await_for_task, concept="concurrency"),
    Operator(name="coroutine-for-task", find=coroutine_for_task, concept="concurrency"),
    Operator(name="forget-task", find=forget_task, concept="cleanup"),
    Operator(name="drop-item", find=drop_item),
    Operator(name="drop-cancel", find=drop_cancel, concept="cancellation"),
    Operator(name="drop-drain", find=drop_drain, concept="cleanup"),
)
