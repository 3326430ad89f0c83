"""Texts that a program puts together from constants, worked out without running it: ``"_get" + "frame"``."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

_LONGEST_TEXT = 400

Texts = Mapping[ast.AST, str]

TEXTUAL = (ast.Constant, ast.Call, ast.BinOp, ast.JoinedStr, ast.FormattedValue, ast.Subscript)
"""Kinds of expression that can make a text."""


def text_of(node: ast.AST, texts: Texts) -> str | None:
    """Return the text that an expression of constants makes, None if it makes none; ``texts`` knows its parts."""
    if isinstance(node, ast.Constant):
        return node.value if type(node.value) is str else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = texts.get(node.left), texts.get(node.right)
        return None if left is None or right is None else _short(left + right)
    if isinstance(node, ast.JoinedStr):
        return _joined(node.values, "", texts)
    if isinstance(node, ast.FormattedValue):
        return texts.get(node.value)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        text = _short(texts.get(node.value) or "")
        backwards = isinstance(node.slice.step, ast.UnaryOp)  # the one that hides a name: [::-1]
        return text[::-1] if text and backwards else text
    if isinstance(node, ast.Call):
        return _made_by_call(node, texts)
    return None


def _made_by_call(node: ast.Call, texts: Texts) -> str | None:
    function, args = node.func, node.args
    if isinstance(function, ast.Name):
        value = args[0].value if args and isinstance(args[0], ast.Constant) else None
        fits = function.id == "chr" and type(value) is int and 0 <= value < 0x110000
        return chr(value) if fits else None  # type: ignore[arg-type]
    if not isinstance(function, ast.Attribute):
        return None
    text = texts.get(function.value)
    if text is None or len(text) > _LONGEST_TEXT:
        return None
    given = [texts.get(arg) for arg in args]
    if function.attr == "join" and len(args) == 1 and isinstance(args[0], (ast.List, ast.Tuple)):
        return _joined(args[0].elts, text, texts)
    if function.attr == "replace" and len(given) >= 2 and given[0] and given[1] is not None:
        return _short(text.replace(given[0], given[1]))
    if function.attr in ("lower", "upper", "strip") and not args:
        return str(getattr(text, function.attr)())
    return None


def _joined(parts: Iterable[ast.AST], between: str, texts: Texts) -> str | None:
    found = [texts.get(part) for part in parts]
    return None if None in found else _short(between.join(filter(None, found)))


def _short(text: str) -> str | None:
    return text if len(text) <= _LONGEST_TEXT else None
