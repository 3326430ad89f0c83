"""Mistakes in texts: letters, quotes, braces, formats. Docstrings are no texts here."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import libcst as cst

from autograder.validation.mutants.change import Change, Operator, is_docstring
from autograder.validation.mutants.program import Program, called


def text_case(program: Program) -> Iterator[Change]:
    """The first letter of a text is a small one instead of a capital, or the other way round."""
    for node, text in _texts(program):
        place = next((i for i, letter in enumerate(text) if letter.swapcase() != letter), None)
        if place is not None and "\\" not in text[:place]:
            new = text[:place] + text[place].swapcase() + text[place + 1 :]
            yield Change(node, {node: _with_text(node, new)}, f"`{_cut(new)}` instead of `{_cut(text)}`.")


def text_space(program: Program) -> Iterator[Change]:
    """A text has one space less, or one more at its end if it has none."""
    for node, text in _texts(program):
        if not text:
            continue
        new = text.replace(" ", "", 1) if " " in text else text + " "
        what = f"A space too {'few' if ' ' in text else 'many'} in `{_cut(text)}`."
        yield Change(node, {node: _with_text(node, new)}, what)


def text_empty(program: Program) -> Iterator[Change]:
    """A text, or the part of an f-string between braces, is missing."""
    for node, text in _texts(program):
        if text:
            what = f"The text `{_cut(text)}` is missing."
            yield Change(node, {node: _with_text(node, "")}, what)


def text_quotes(program: Program) -> Iterator[Change]:
    """``{x}`` -> ``{x!r}``."""
    for node in _placeholders(program):
        if node.conversion is None and not node.format_spec and not called(node.expression, "len"):
            new = node.with_changes(conversion="r")
            what = f"`{program.short(node.expression)}` is shown as Python writes it: a text in quotes."
            yield Change(node, {node: new}, what)


def text_braces(program: Program) -> Iterator[Change]:
    """``{x}`` -> ``x``."""
    for node in _placeholders(program):
        code = program.code(node.expression)
        if not set(code) & set("{}\"'\\\n"):
            what = f"The word `{code}` instead of its value: the braces are missing."
            yield Change(node, {node: cst.FormattedStringText(code)}, what)


def text_prefix(program: Program) -> Iterator[Change]:
    """``f"..."`` -> ``"..."``."""
    for node in program.all(cst.FormattedString):
        if not any(isinstance(part, cst.FormattedStringExpression) for part in node.parts):
            continue
        prefix, code = node.start, program.module.code_for_node(node.with_changes(lpar=[], rpar=[]))
        bare = prefix.lower().replace("f", "")
        quote = prefix.lstrip("fFrR")
        body = code[len(prefix) : len(code) - len(node.end)]
        if quote in body or ("\n" in body and len(quote) == 1):
            continue
        new = cst.SimpleString(bare + body + node.end, lpar=node.lpar, rpar=node.rpar)
        what = "The `f` before the text is missing: the braces are shown as they are."
        yield Change(node, {node: new}, what)


def text_format(program: Program) -> Iterator[Change]:
    """``{x:.2f}`` -> ``{x}``."""
    for node in _placeholders(program):
        if node.format_spec:
            what = f"`{program.short(node.expression)}` is shown without the format that it should have."
            yield Change(node, {node: node.with_changes(format_spec=None)}, what)


def text_swap(program: Program) -> Iterator[Change]:
    """``{x} ... {y}`` -> ``{y} ... {x}``."""
    for text in program.all(cst.FormattedString):
        parts = [part for part in text.parts if isinstance(part, cst.FormattedStringExpression)]
        for one, other in pairwise(parts):
            first, second = program.short(one.expression), program.short(other.expression)
            if first != second:
                what = f"`{first}` and `{second}` have changed places in the text."
                yield Change(one, {one.expression: other.expression, other.expression: one.expression}, what)


def _texts(program: Program) -> Iterator[tuple[cst.CSTNode, str]]:
    """Yield the pieces of text with what stands between their quotes, as it is written."""
    for node in program.all(cst.SimpleString):
        above = program.parent(node)
        while isinstance(above, cst.ConcatenatedString):
            above = program.parent(above)
        if not is_docstring(above) and "b" not in node.prefix and not _is_annotation(program, node):
            yield node, node.raw_value
    for part in program.all(cst.FormattedStringText):
        # Text inside braces is a format: changing its letters is rarely a text that a student would write.
        if isinstance(program.parent(part), cst.FormattedString):
            yield part, part.value


def _is_annotation(program: Program, node: cst.CSTNode) -> bool:
    """Say whether a text is a type that is written as a text, or the guard's, or a name in a call of ``TypeVar``."""
    return program.around(node, cst.Annotation) is not None


def _placeholders(program: Program) -> Iterator[cst.FormattedStringExpression]:
    return (
        node
        for node in program.all(cst.FormattedStringExpression)
        if isinstance(program.parent(node), cst.FormattedString)
    )


def _with_text(node: cst.CSTNode, text: str) -> cst.CSTNode:
    if isinstance(node, cst.SimpleString):
        return node.with_changes(value=f"{node.prefix}{node.quote}{text}{node.quote}")
    return node.with_changes(value=text)


def _cut(text: str) -> str:
    text = " ".join(text.split(" ")) if "\n" not in text else " ".join(text.split())
    return text if len(text) <= 40 else text[:37] + "..."


OPERATORS = (
    Operator(name="text-case", find=text_case),
    Operator(name="text-space", find=text_space),
    Operator(name="text-quotes", find=text_quotes),
    Operator(name="text-braces", find=text_braces),
    Operator(name="text-prefix", find=text_prefix),
    Operator(name="text-format", find=text_format),
    Operator(name="text-swap", find=text_swap),
    Operator(name="text-empty", find=text_empty),
)
