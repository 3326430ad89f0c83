"""Edits of whole statements. Comments stay where they are: the markers of the blanks are among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import libcst as cst

from autograder.validation.mutants.change import Edits
from autograder.validation.mutants.program import Program

Block: TypeAlias = cst.Module | cst.IndentedBlock


def statement(code: str) -> cst.BaseStatement:
    """Return a statement from its text, which is written with four spaces where it has a block."""
    made = cst.parse_statement(code)
    assert isinstance(made, cst.BaseStatement)
    return made


def block_of(program: Program, node: cst.CSTNode) -> Block | None:
    """Return the block that a statement is a line of; None for a part of a line."""
    above = program.parent(node)
    return above if isinstance(above, cst.Module | cst.IndentedBlock) else None


def line_of(program: Program, small: cst.CSTNode) -> cst.SimpleStatementLine | None:
    """Return the line that consists of this small statement alone; None if there is more on the line."""
    line = program.parent(small)
    if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
        return line
    return None


def neighbour(program: Program, node: cst.CSTNode, distance: int) -> cst.BaseStatement | None:
    """Return the statement so many places behind this one in its block."""
    block = block_of(program, node)
    if block is None:
        return None
    place = _place(block, node) + distance
    found = block.body[place] if 0 <= place < len(block.body) else None
    return found if isinstance(found, cst.BaseStatement) else None


def drop(program: Program, small: cst.BaseSmallStatement) -> Edits:
    """Take a small statement away; where nothing else is left, ``pass`` stands in its place."""
    line = line_of(program, small)
    block = block_of(program, line) if line else None
    marked = line is not None and line.trailing_whitespace.comment is not None
    if line is None or block is None or len(block.body) == 1 or marked:
        return {small: cst.Pass(semicolon=getattr(small, "semicolon", cst.MaybeSentinel.DEFAULT))}
    return replace(program, line, [])


def replace(
    program: Program, old: cst.CSTNode, new: Sequence[cst.BaseStatement], left: Sequence[cst.EmptyLine] = ()
) -> Edits:
    """Put statements in the place of one; ``left`` are comment lines from behind the old one's last statement."""
    block = block_of(program, old)
    assert block is not None, "only a statement of a block can be replaced by several"
    place = _place(block, old)
    lead = tuple(getattr(old, "leading_lines", ()))
    body = list(block.body)
    if new:
        first, *others = new
        body[place : place + 1] = [_with_lead(first, lead), *others]
        after, lines = place + len(new), tuple(left)
    else:
        del body[place]
        after, lines = place, (*lead, *left)
    if not body:
        body.append(_with_lead(statement("pass"), lines))
        return {block: block.with_changes(body=body)}
    if after < len(body):
        body[after] = _with_lead(body[after], lines)
        return {block: block.with_changes(body=body)}
    return {block: block.with_changes(body=body, footer=(*lines, *block.footer))}


def swap(program: Program, first: cst.BaseStatement, second: cst.BaseStatement) -> Edits:
    """Exchange two lines of code; the comments above each stay where they are."""
    lead = first.with_changes(leading_lines=getattr(second, "leading_lines", ()))
    return {first: second.with_changes(leading_lines=getattr(first, "leading_lines", ())), second: lead}


def unwrap(body: cst.BaseSuite) -> tuple[list[cst.BaseStatement], list[cst.EmptyLine]]:
    """Return the statements of a block, one level further out, and the comment lines at its end."""
    if isinstance(body, cst.SimpleStatementSuite):
        return [cst.SimpleStatementLine(body=body.body, trailing_whitespace=body.trailing_whitespace)], []
    assert isinstance(body, cst.IndentedBlock)
    return list(body.body), list(body.footer)


def extended(
    body: cst.BaseSuite,
    before: Sequence[cst.BaseStatement] = (),
    after: Sequence[cst.BaseStatement] = (),
) -> cst.IndentedBlock:
    """Return a block with more statements at its beginning (behind a docstring) and at its end."""
    statements, footer = unwrap(body)
    place = 1 if statements and _is_text(statements[0]) else 0
    if footer and after:
        after = [_with_lead(after[0], tuple(footer)), *after[1:]]
        footer = []
    everything = [*statements[:place], *before, *statements[place:], *after]
    if isinstance(body, cst.IndentedBlock):
        return body.with_changes(body=everything, footer=footer)
    return cst.IndentedBlock(body=everything)


def _is_text(node: cst.BaseStatement) -> bool:
    match node:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString()), *_]):
            return True
    return False


def _place(block: Block, node: cst.CSTNode) -> int:
    return next(index for index, each in enumerate(block.body) if each is node)


def _with_lead(node: cst.CSTNode, lines: Sequence[cst.EmptyLine]) -> cst.BaseStatement:
    changed = node.with_changes(leading_lines=(*lines, *getattr(node, "leading_lines", ())))
    assert isinstance(changed, cst.BaseStatement)
    return changed
