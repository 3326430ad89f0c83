"""Mistakes with exceptions: swallowed, exchanged, caught too broadly, cleaned up after on some ways only."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import libcst as cst

from autograder.validation.mutants import blocks
from autograder.validation.mutants.change import Change, Operator
from autograder.validation.mutants.operators.expressions import expression
from autograder.validation.mutants.program import Program


def drop_raise(program: Program) -> Iterator[Change]:
    """``raise`` is missing."""
    for small in program.all(cst.Raise):
        again = "again" if small.exc is None else "any more"
        what = f"{_raised(program, small)} is not raised {again}."
        yield Change(small, blocks.drop(program, small), what)


def raise_fresh(program: Program) -> Iterator[Change]:
    """A bare ``raise`` -> a new exception of the kind that was caught."""
    for small in _bare_raises(program):
        kind = _caught(program, small)
        if isinstance(kind, cst.Name | cst.Attribute):
            new = small.with_changes(exc=cst.Call(kind), whitespace_after_raise=cst.SimpleWhitespace(" "))
            what = f"A new {program.code(kind)} is raised instead of the one that was caught."
            yield Change(small, {small: new}, what)


def raise_other(program: Program) -> Iterator[Change]:
    """A bare ``raise`` -> ``raise RuntimeError("failed")``."""
    for small in _bare_raises(program):
        new = small.with_changes(
            exc=expression('RuntimeError("failed")'), whitespace_after_raise=cst.SimpleWhitespace(" ")
        )
        what = f"{_raised(program, small)} is not raised again, but a RuntimeError."
        yield Change(small, {small: new}, what)


def drop_cause(program: Program) -> Iterator[Change]:
    """``raise X from e`` -> ``raise X``."""
    for small in program.all(cst.Raise):
        if small.cause is not None:
            what = (
                f"The exception does not say where it comes from: `{program.short(small.cause)}` is missing."
            )
            yield Change(small, {small: small.with_changes(cause=None)}, what)


def _bare_raises(program: Program) -> Iterator[cst.Raise]:
    return (small for small in program.all(cst.Raise) if small.exc is None)


def _raised(program: Program, small: cst.Raise) -> str:
    """Return what is raised, as a phrase."""
    if small.exc is not None:
        return f"`{program.short(small.exc)}`"
    kind = _caught(program, small)
    if isinstance(kind, cst.Name | cst.Attribute):
        return f"The {program.code(kind).rpartition('.')[2]}"
    return "The exception"


def _caught(program: Program, node: cst.CSTNode) -> cst.BaseExpression | None:
    """Return what the handler around a node catches."""
    handler = program.around(node, cst.ExceptHandler, cst.ExceptStarHandler)
    return handler.type if isinstance(handler, cst.ExceptHandler | cst.ExceptStarHandler) else None


def catching(kind: str) -> Callable[[Program], Iterator[Change]]:
    """``except X`` -> ``except kind``."""

    def find(program: Program) -> Iterator[Change]:
        for handler in program.all(cst.ExceptHandler, cst.ExceptStarHandler):
            assert isinstance(handler, cst.ExceptHandler | cst.ExceptStarHandler)
            caught = handler.type
            if caught is not None and program.code(caught) != kind:
                what = f"`except {kind}` instead of `except {program.short(caught)}`."
                yield Change(handler, {caught: expression(kind)}, what)

    return find


def except_bare(program: Program) -> Iterator[Change]:
    """``except X:`` -> ``except:``."""
    for handler in program.all(cst.ExceptHandler):
        if handler.type is not None and handler.name is None:
            new = handler.with_changes(type=None, whitespace_after_except=cst.SimpleWhitespace(""))
            what = f"`except:` catches everything, not only {program.short(handler.type)}."
            yield Change(handler, {handler: new}, what)


def except_star(program: Program) -> Iterator[Change]:
    """``except* X`` -> ``except X``."""
    for block in program.all(cst.TryStar):
        handlers = [
            cst.ExceptHandler(
                body=each.body,
                type=each.type,
                name=each.name,
                leading_lines=each.leading_lines,
                whitespace_after_except=cst.SimpleWhitespace(" "),
                whitespace_before_colon=each.whitespace_before_colon,
            )
            for each in block.handlers
        ]
        new = cst.Try(
            body=block.body,
            handlers=handlers,
            orelse=block.orelse,
            finalbody=block.finalbody,
            leading_lines=block.leading_lines,
            whitespace_before_colon=block.whitespace_before_colon,
        )
        what = "`except` instead of `except*`: an exception in a group is not caught."
        yield Change(block, {block: new}, what)


def drop_finally(program: Program) -> Iterator[Change]:
    """``finally: ...`` -> ``finally: pass``."""
    for final in program.all(cst.Finally):
        what = "What is in `finally` is not done."
        yield Change(final, {final.body: _only_pass(final.body)}, what)


def _only_pass(body: cst.BaseSuite) -> cst.BaseSuite:
    if isinstance(body, cst.SimpleStatementSuite):
        return body.with_changes(body=[cst.Pass()])
    assert isinstance(body, cst.IndentedBlock)
    lead = [line for each in body.body for line in getattr(each, "leading_lines", ())]
    only = cst.SimpleStatementLine(body=[cst.Pass()], leading_lines=lead)
    return body.with_changes(body=[only])


def finally_after(program: Program) -> Iterator[Change]:
    """What is in ``finally`` -> behind the ``try``, where it is done only if no exception comes out of it."""
    for final in program.all(cst.Finally):
        block = program.parent(final)
        if not isinstance(block, cst.Try | cst.TryStar) or blocks.block_of(program, block) is None:
            continue
        cleanup, left = blocks.unwrap(final.body)
        before = list(final.leading_lines)
        if block.handlers:
            first: list[cst.BaseStatement] = [block.with_changes(finalbody=None)]
        else:
            first, at_end = blocks.unwrap(block.body)
            before = [*at_end, *before]
        cleanup[0] = cleanup[0].with_changes(
            leading_lines=[*before, *getattr(cleanup[0], "leading_lines", ())]
        )
        what = "What is in `finally` is done only if nothing goes wrong before."
        yield Change(final, blocks.replace(program, block, [*first, *cleanup], left), what)


OPERATORS = (
    Operator(name="drop-raise", find=drop_raise, concept="cancellation"),
    Operator(name="raise-fresh", find=raise_fresh, concept="cancellation"),
    Operator(name="raise-other", find=raise_other, concept="cancellation"),
    Operator(name="drop-cause", find=drop_cause, concept="result"),
    Operator(name="except-exception", find=catching("Exception"), concept="cancellation"),
    Operator(name="except-base", find=catching("BaseException"), concept="cancellation"),
    Operator(name="except-bare", find=except_bare, concept="cancellation"),
    Operator(name="except-other", find=catching("ValueError"), concept="cleanup"),
    Operator(name="except-star", find=except_star, concept="cancellation"),
    Operator(name="drop-finally", find=drop_finally, concept="cleanup"),
    Operator(name="finally-after", find=finally_after, concept="cleanup"),
)
