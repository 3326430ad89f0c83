"""Small expressions that operators put into programs."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

_TIGHT = (
    cst.Name,
    cst.Attribute,
    cst.Call,
    cst.Subscript,
    cst.Integer,
    cst.Float,
    cst.SimpleString,
    cst.FormattedString,
    cst.List,
    cst.Dict,
    cst.Set,
    cst.ListComp,
    cst.SetComp,
    cst.DictComp,
)


def expression(code: str) -> cst.BaseExpression:
    """Return an expression from its text."""
    return cst.parse_expression(code)


def asyncio_call(name: str, *arguments: cst.BaseExpression) -> cst.Call:
    """Return ``asyncio.name(arguments)``."""
    return cst.Call(
        func=cst.Attribute(value=cst.Name("asyncio"), attr=cst.Name(name)),
        args=[cst.Arg(argument) for argument in arguments],
    )


def operand(node: cst.BaseExpression) -> cst.BaseExpression:
    """Return an expression so that it binds tightly: in parentheses, unless it needs none."""
    if isinstance(node, _TIGHT) or getattr(node, "lpar", None):
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def keeping_parentheses(old: cst.BaseExpression, new: cst.BaseExpression) -> cst.BaseExpression:
    """Return the new expression with the parentheses of the old one around it, which may span several lines."""
    lpar: Sequence[cst.LeftParen] = getattr(old, "lpar", ())
    rpar: Sequence[cst.RightParen] = getattr(old, "rpar", ())
    if not lpar:
        return new
    return new.with_changes(
        lpar=[*lpar, *getattr(new, "lpar", ())],
        rpar=[*getattr(new, "rpar", ()), *rpar],
    )


def without_argument(call: cst.Call, argument: cst.Arg) -> cst.Call:
    """Return a call with one argument less; what comes behind the last one keeps its form."""
    index = next(place for place, each in enumerate(call.args) if each is argument)
    rest = [*call.args[:index], *call.args[index + 1 :]]
    if rest and index == len(call.args) - 1:
        rest[-1] = rest[-1].with_changes(
            comma=argument.comma, whitespace_after_arg=argument.whitespace_after_arg
        )
    return call.with_changes(args=rest)


def keyword(call: cst.Call, name: str) -> cst.Arg | None:
    """Return the argument that is given by this name."""
    return next((arg for arg in call.args if arg.keyword and arg.keyword.value == name), None)


def plain_arguments(call: cst.Call) -> list[cst.Arg]:
    """Return the arguments given by place, without ``*them``."""
    return [arg for arg in call.args if arg.keyword is None and not arg.star]
