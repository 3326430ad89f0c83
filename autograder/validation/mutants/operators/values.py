"""Mistakes with values: other numbers, conditions the wrong way round, arguments in the wrong order."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise

import libcst as cst

from autograder.validation.mutants.change import Change, Operator
from autograder.validation.mutants.operators.expressions import (
    keeping_parentheses,
    keyword,
    operand,
    without_argument,
)
from autograder.validation.mutants.operators.managers import EXITS
from autograder.validation.mutants.program import Program, called

_ANY_ORDER = ("max", "min", "isclose")
_COUNTS = ("range", "Semaphore", "BoundedSemaphore", "Queue", "LifoQueue", "PriorityQueue", "Barrier")


def number(change: Callable[[float], float], how: str) -> Callable[[Program], Iterator[Change]]:
    """A number -> another one."""

    def find(program: Program) -> Iterator[Change]:
        for node in program.all(cst.Integer, cst.Float):
            value = _value(node)
            new = None if value is None else change(value)
            if new is None or new == value or not math.isfinite(new) or new < 0:
                continue
            code = repr(new)
            node_type = cst.Integer if code.isdigit() else cst.Float
            what = f"`{code}` instead of `{program.code(node)}`: {how}."
            yield Change(node, {node: node_type(code)}, what)

    return find


def _value(node: cst.CSTNode) -> float | None:
    """Return a number's value; None for one so long that it stands for nothing that is counted or timed."""
    if not isinstance(node, cst.Integer | cst.Float) or len(node.value) > 30:
        return None
    return node.evaluated_value


def one_more(program: Program) -> Iterator[Change]:
    """``range(n)`` -> ``range(n + 1)``, and the same for semaphores and queues, where n is no number."""
    return _off_by_one(program, cst.Add(), "more")


def one_less(program: Program) -> Iterator[Change]:
    """``range(n)`` -> ``range(n - 1)``, and the same for semaphores and queues."""
    return _off_by_one(program, cst.Subtract(), "less")


def _off_by_one(program: Program, sign: cst.BaseBinaryOp, how: str) -> Iterator[Change]:
    for call in program.all(cst.Call):
        if not called(call, *_COUNTS):
            continue
        for arg in call.args:
            if not arg.star and not isinstance(arg.value, cst.Integer | cst.Float):
                new = cst.BinaryOperation(operand(arg.value), sign, cst.Integer("1"))
                what = f"`{program.short(call)}` is asked for one {how}."
                yield Change(arg, {arg.value: new}, what)
            elif how == "less" and isinstance(arg.value, cst.Integer) and arg.value.evaluated_value > 0:
                value = arg.value.evaluated_value
                what = f"`{program.short(call)}` is asked for one less."
                yield Change(arg, {arg.value: cst.Integer(str(value - 1))}, what)


def flip(program: Program) -> Iterator[Change]:
    """``True`` <-> ``False``."""
    for node in program.all(cst.Name):
        if node.value in ("True", "False") and program.around(node, cst.Annotation) is None:
            new = "False" if node.value == "True" else "True"
            yield Change(node, {node: node.with_changes(value=new)}, f"{new} instead of {node.value}.")


def swap_arguments(program: Program) -> Iterator[Change]:
    """``f(a, b)`` -> ``f(b, a)``."""
    for call in program.all(cst.Call):
        if called(call, *_ANY_ORDER):
            continue
        for one, other in pairwise(call.args):
            first, second = program.code(one.value), program.code(other.value)
            plain = not (one.star or other.star or one.keyword or other.keyword)
            if plain and first != second:
                what = f"`{program.short(one.value)}` and `{program.short(other.value)}` have changed places."
                about = "ordering" if called(call, "gather") else ""
                yield Change(one, {one.value: other.value, other.value: one.value}, what, concept=about)


def swap_targets(program: Program) -> Iterator[Change]:
    """``a, b = f()`` -> ``b, a = f()``."""
    for target in program.all(cst.AssignTarget):
        if isinstance(target.target, cst.Tuple):
            elements = target.target.elements
            for one, other in pairwise(elements):
                names = [program.short(each.value) for each in (one, other)]
                plain = isinstance(one, cst.Element) and isinstance(other, cst.Element)
                if plain and "_" not in names:
                    what = f"`{names[0]}` and `{names[1]}` have changed places."
                    yield Change(one, {one.value: other.value, other.value: one.value}, what)


def drop_keyword(program: Program) -> Iterator[Change]:
    """``f(x, name=y)`` -> ``f(x)``."""
    for call in program.all(cst.Call):
        for arg in call.args:
            if arg.keyword is not None and keyword(call, arg.keyword.value) is arg:
                what = f"`{program.short(arg)}` is missing."
                yield Change(arg, {call: without_argument(call, arg)}, what)


_BOUNDARIES: dict[type[cst.BaseCompOp], type[cst.BaseCompOp]] = {
    cst.LessThan: cst.LessThanEqual,
    cst.LessThanEqual: cst.LessThan,
    cst.GreaterThan: cst.GreaterThanEqual,
    cst.GreaterThanEqual: cst.GreaterThan,
}
_OPPOSITES: dict[type[cst.BaseCompOp], type[cst.BaseCompOp]] = {
    cst.LessThan: cst.GreaterThanEqual,
    cst.LessThanEqual: cst.GreaterThan,
    cst.GreaterThan: cst.LessThanEqual,
    cst.GreaterThanEqual: cst.LessThan,
    cst.Equal: cst.NotEqual,
    cst.NotEqual: cst.Equal,
    cst.Is: cst.IsNot,
    cst.IsNot: cst.Is,
    cst.In: cst.NotIn,
    cst.NotIn: cst.In,
}


def compare(
    others: dict[type[cst.BaseCompOp], type[cst.BaseCompOp]],
) -> Callable[[Program], Iterator[Change]]:
    """A comparison -> another one."""

    def find(program: Program) -> Iterator[Change]:
        for target in program.all(cst.ComparisonTarget):
            new = others.get(type(target.operator))
            if new is not None:
                after = target.with_changes(operator=new())
                what = f"`{program.short(after)}` instead of `{program.short(target)}`."
                yield Change(target, {target: after}, what)

    return find


def negate(program: Program) -> Iterator[Change]:
    """``if x`` -> ``if not x``."""
    for node in program.all(cst.If, cst.While, cst.IfExp, cst.CompIf, cst.Assert):
        test = getattr(node, "test", None)
        if not isinstance(test, cst.BaseExpression):
            continue
        if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
            new = keeping_parentheses(test, test.expression)
        else:
            new = cst.UnaryOperation(cst.Not(), _negatable(test))
        yield Change(node, {test: new}, f"The condition `{program.short(test)}` is the wrong way round.")


def _negatable(test: cst.BaseExpression) -> cst.BaseExpression:
    return test if isinstance(test, cst.Comparison) else operand(test)


_ARITHMETIC: dict[type[cst.CSTNode], type[cst.CSTNode]] = {
    cst.Add: cst.Subtract,
    cst.Subtract: cst.Add,
    cst.Multiply: cst.Divide,
    cst.Divide: cst.Multiply,
    cst.FloorDivide: cst.Divide,
    cst.Modulo: cst.Multiply,
    cst.Power: cst.Multiply,
    cst.AddAssign: cst.SubtractAssign,
    cst.SubtractAssign: cst.AddAssign,
    cst.MultiplyAssign: cst.DivideAssign,
    cst.DivideAssign: cst.MultiplyAssign,
}
_AND_OR: dict[type[cst.CSTNode], type[cst.CSTNode]] = {cst.And: cst.Or, cst.Or: cst.And}


def operators(others: dict[type[cst.CSTNode], type[cst.CSTNode]]) -> Callable[[Program], Iterator[Change]]:
    """An operator between two values, or in an assignment -> another one."""

    def find(program: Program) -> Iterator[Change]:
        for node in program.all(cst.BinaryOperation, cst.AugAssign, cst.BooleanOperation):
            sign: cst.CSTNode = getattr(node, "operator", node)
            new = others.get(type(sign))
            if new is not None:
                after = node.with_changes(operator=new())
                what = f"`{program.short(after)}` instead of `{program.short(node)}`."
                yield Change(node, {node: after}, what)

    return find


def return_none(program: Program) -> Iterator[Change]:
    """``return x`` -> ``return None``."""
    for small in program.all(cst.Return):
        value = small.value
        if value is None or program.code(value) == "None":
            continue
        function = program.function(small)
        if function is not None and function.name.value in EXITS and program.code(value) in ("False", "0"):
            continue  # None lets an exception go on just as well
        new = small.with_changes(value=cst.Name("None"), whitespace_after_return=cst.SimpleWhitespace(" "))
        yield Change(small, {small: new}, f"`{program.short(value)}` is not returned.")


OPERATORS = (
    Operator(name="number-plus-one", find=number(lambda value: value + 1, "one more")),
    Operator(name="number-double", find=number(lambda value: value * 2, "twice as much")),
    Operator(name="number-zero", find=number(lambda value: 0, "nothing")),
    Operator(name="one-more", find=one_more),
    Operator(name="one-less", find=one_less),
    Operator(name="flip", find=flip),
    Operator(name="swap-arguments", find=swap_arguments),
    Operator(name="swap-targets", find=swap_targets),
    Operator(name="drop-keyword", find=drop_keyword),
    Operator(name="compare-boundary", find=compare(_BOUNDARIES)),
    Operator(name="negate", find=negate),
    Operator(name="compare-opposite", find=compare(_OPPOSITES)),
    Operator(name="arithmetic", find=operators(_ARITHMETIC)),
    Operator(name="and-or", find=operators(_AND_OR)),
    Operator(name="return-none", find=return_none),
)
