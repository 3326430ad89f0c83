"""A reference solution as a tree that keeps every character, with what the operators ask about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TypeVar

import libcst as cst
from libcst import metadata

from autograder.errors import ConfigurationError
from autograder.release.inline import MARKER as INLINE
from autograder.release.reference import BEGIN, END

Node = TypeVar("Node", bound=cst.CSTNode)

LINE_END = re.compile(r"\r\n|\r|\n")

_BLANK = re.compile(r"# Blank (\d+)\b")


class Program:
    """The tree of one program. Nodes are compared by identity, as libcst does."""

    def __init__(self, text: str, path: str) -> None:
        """Read a program; raise `ConfigurationError` if it is not valid Python."""
        self.text = text
        self.module = _parse(text, path)
        wrapper = metadata.MetadataWrapper(self.module)
        self.module = wrapper.module
        self._parents = wrapper.resolve(metadata.ParentNodeProvider)
        self._positions = wrapper.resolve(metadata.PositionProvider)

    def all(self, *kinds: type[Node]) -> Iterator[Node]:
        """Yield the nodes of these kinds in the order of the file."""
        return (node for node in self._nodes if isinstance(node, kinds))

    @cached_property
    def _nodes(self) -> list[cst.CSTNode]:
        found: list[cst.CSTNode] = []
        waiting: list[cst.CSTNode] = [self.module]
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting.extend(reversed(node.children))
        return found

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """Return the node that this one is a child of; None for the module."""
        return self._parents.get(node)

    def around(self, node: cst.CSTNode, *kinds: type[Node]) -> Node | None:
        """Return the innermost node of one of these kinds in which this one is."""
        above = self.parent(node)
        while above is not None and not isinstance(above, kinds):
            above = self.parent(above)
        return above

    def position(self, node: cst.CSTNode) -> tuple[int, int]:
        """Return line (from 1) and column of the node's first character."""
        start = self._positions[node].start
        return start.line, start.column

    def scope(self, node: cst.CSTNode) -> str:
        """Return the qualified name of the function or class that the node is in; ``<module>`` outside of them."""
        names: list[str] = []
        above: cst.CSTNode | None = node
        while above is not None:
            if isinstance(above, cst.FunctionDef | cst.ClassDef):
                names.append(above.name.value)
            above = self.parent(above)
        return ".".join(reversed(names)) or "<module>"

    def function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """Return the function that runs the node; a lambda is part of the function it is in."""
        above = self.around(node, cst.FunctionDef, cst.ClassDef)
        return above if isinstance(above, cst.FunctionDef) else None

    def inside(self, node: cst.CSTNode, *kinds: type[Node]) -> Iterator[Node]:
        """Yield the nodes of these kinds in a node, in order, without those of functions and classes inside it."""
        for child in node.children:
            if isinstance(child, kinds):
                yield child
            if not isinstance(child, cst.FunctionDef | cst.ClassDef | cst.Lambda):
                yield from self.inside(child, *kinds)

    def code(self, node: cst.CSTNode) -> str:
        """Return a node as text, without comments, and on one line if it is an expression."""
        if isinstance(node, cst.SimpleStatementLine):
            node = node.with_changes(leading_lines=[], trailing_whitespace=cst.TrailingWhitespace())
        flat = node.visit(_OnOneLine())
        assert isinstance(flat, cst.CSTNode)
        return self.module.code_for_node(flat).strip()

    def short(self, node: cst.CSTNode) -> str:
        """Return the beginning of a node's text, for a sentence."""
        code = " ".join(self.code(node).rstrip(",").split())
        return code if len(code) <= 48 else code[:45] + "..."

    def free_name(self, wish: str) -> str:
        """Return a name that the program does not use: the wish, if need be with underscores behind it."""
        taken = {name.value for name in self.all(cst.Name)}
        while wish in taken:
            wish += "_"
        return wish

    @cached_property
    def blanks(self) -> dict[int, int]:
        """Line to the number of the blank in whose region it is."""
        found: dict[int, int] = {}
        latest = current = None
        for number, line in enumerate(LINE_END.split(self.text), 1):
            text = line.strip()
            if comment := _BLANK.match(text):
                latest = int(comment[1])
            elif text == BEGIN:
                current, latest = latest, None
            elif text == END:
                current = None
            elif current is not None:
                found[number] = current
            elif latest is not None and INLINE in line:
                found[number] = latest
                latest = None
        return found


def _parse(text: str, path: str) -> cst.Module:
    try:
        compile(text, path, "exec", dont_inherit=True)
        module = cst.parse_module(text)
    except SyntaxError as error:
        what = f"the reference is not valid Python: {error.msg}. Mend that first."
        raise ConfigurationError(f"{path}:{error.lineno or 1}: {what}") from error
    except (cst.ParserSyntaxError, ValueError, RecursionError, MemoryError) as error:
        what = f"no mutants can be made of the reference: {type(error).__name__}. Write it in a simpler form."
        raise ConfigurationError(f"{path}: {what}") from error
    if module.code != text:
        raise ConfigurationError(
            f"{path}: the reference has a form that cannot be kept. Save it as plain UTF-8."
        )
    return module


class _OnOneLine(cst.CSTTransformer):
    """Makes one line of an expression that is spread over several."""

    def leave_ParenthesizedWhitespace(
        self, original_node: cst.ParenthesizedWhitespace, updated_node: cst.ParenthesizedWhitespace
    ) -> cst.BaseParenthesizableWhitespace:
        return cst.SimpleWhitespace(" ")

    def leave_SimpleWhitespace(
        self, original_node: cst.SimpleWhitespace, updated_node: cst.SimpleWhitespace
    ) -> cst.BaseParenthesizableWhitespace:
        return cst.SimpleWhitespace(" ") if "\\" in updated_node.value else updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if not original_node.args or isinstance(original_node.whitespace_before_args, cst.SimpleWhitespace):
            return updated_node
        *others, last = updated_node.args
        last = last.with_changes(
            comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=cst.SimpleWhitespace("")
        )
        return updated_node.with_changes(
            args=[*others, last], whitespace_before_args=cst.SimpleWhitespace("")
        )


def called(node: cst.BaseExpression, *names: str) -> bool:
    """Say whether a node is a call of a function or method with one of these names, whatever stands before its dot."""
    return isinstance(node, cst.Call) and last_name(node.func) in names


def last_name(node: cst.BaseExpression) -> str:
    """Return the name behind the last dot; an empty text if the node is no name."""
    match node:
        case cst.Name(value=name):
            return name
        case cst.Attribute(attr=cst.Name(value=name)):
            return name
    return ""
