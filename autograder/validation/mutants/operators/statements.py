"""Statements that are missing, and loops that end too early."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from autograder.validation.mutants import blocks
from autograder.validation.mutants.change import Change, Operator, is_docstring
from autograder.validation.mutants.program import Program


def delete_statement(program: Program) -> Iterator[Change]:
    """A statement is missing."""
    for small in program.all(cst.Expr, cst.Assign, cst.AugAssign, cst.AnnAssign, cst.Del, cst.Assert):
        if is_docstring(small) or (isinstance(small, cst.AnnAssign) and small.value is None):
            continue
        yield Change(small, blocks.drop(program, small), f"`{program.short(small)}` is missing.")


def drop_jump(program: Program) -> Iterator[Change]:
    """``break`` or ``continue`` is missing."""
    for small in program.all(cst.Break, cst.Continue):
        yield Change(small, blocks.drop(program, small), f"`{program.short(small)}` is missing.")


def loop_once(program: Program) -> Iterator[Change]:
    """A loop ends after its first round."""
    for loop in program.all(cst.For, cst.While):
        what = "The loop ends after its first round."
        body = blocks.extended(loop.body, after=[blocks.statement("break")])
        yield Change(loop, {loop.body: body}, what)


OPERATORS = (
    Operator(name="drop-jump", find=drop_jump),
    Operator(name="loop-once", find=loop_once),
    Operator(name="delete-statement", find=delete_statement),
)
