"""A reference solution with nbgrader's marks around what students write.

nbgrader puts ``raise NotImplementedError()`` in the place of a region, whatever stands around it. Where a blank is a
part of a line, or the head of a block whose inside is given, that would be no program any more: there the region
grows to whole statements, and the comments of all blanks in it stand above it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from autograder.errors import ConfigurationError
from autograder.release import Reference, Region

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
STUB = "raise NotImplementedError()"

_Replace = Callable[[list[str], str], list[str]]
"""From the lines of a region and its indentation to what stands in its place."""

_PROMPT = re.compile(r"\s*# Blank \d+")


@dataclass(frozen=True, slots=True)
class _Span:
    """Lines of the solution, counted from 0: from `first` up to, and without, `end`."""

    first: int
    end: int


def with_regions(reference: Reference) -> str:
    """Return the solution with marked regions; raise `ConfigurationError` if it would not compile without them."""
    lines, spans = _lines(reference)
    tree = ast.parse("\n".join(lines))
    spans = _merged([_grown(lines, tree, span) for span in spans])
    released = "\n".join(_replaced(lines, spans, lambda body, indent: [indent + STUB]))
    try:
        compile(released, str(reference.path), "exec", dont_inherit=True)
    except SyntaxError as error:
        raise ConfigurationError(
            f"{reference.path}: with nbgrader's stubs in place of the solutions this is no longer valid Python "
            f"({error.msg}, in `{(error.text or '').strip()}`): put each blank into a function of its own"
        ) from error
    return (
        "\n".join(_replaced(lines, spans, lambda body, indent: [indent + BEGIN, *body, indent + END])) + "\n"
    )


def _lines(reference: Reference) -> tuple[list[str], list[_Span]]:
    """Return the solution without marks, and where its blanks are in it."""
    lines: list[str] = []
    spans: list[_Span] = []
    for part in reference.parts:
        if isinstance(part, Region):
            body = (part.inside[0] + part.answer + part.inside[1],) if part.inside else part.body
            spans.append(_Span(len(lines), len(lines) + len(body)))
            lines.extend(body)
        else:
            lines.append(part)
    return lines, spans


def _grown(lines: list[str], tree: ast.Module, span: _Span) -> _Span:
    """Return the span, or the smallest run of statements around it that a stub can replace."""
    for each in (span, *_around(tree, span)):
        candidate = "\n".join(_replaced(lines, [each], lambda body, indent: [indent + STUB]))
        try:
            compile(candidate, "solution", "exec", dont_inherit=True)
        except SyntaxError:
            continue
        return each
    return span


def _around(tree: ast.Module, span: _Span) -> Iterator[_Span]:
    """Yield runs of statements that hold the span, the smallest first."""
    found = []
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(node, ast.Module) or not isinstance(block, list):
                continue
            run = [_extent(each) for each in block if isinstance(each, ast.stmt)]
            run = [each for each in run if each.first < span.end and span.first < each.end]
            if run and run[0].first <= span.first and span.end <= run[-1].end:
                found.append(_Span(run[0].first, run[-1].end))
    yield from sorted(found, key=lambda each: each.end - each.first)


def _extent(node: ast.stmt) -> _Span:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(each.lineno for each in decorators)])
    return _Span(first - 1, node.end_lineno or first)


def _merged(spans: list[_Span]) -> list[_Span]:
    merged: list[_Span] = []
    for span in sorted(spans, key=lambda each: (each.first, -each.end)):
        if merged and span.first < merged[-1].end:
            merged[-1] = _Span(merged[-1].first, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _replaced(lines: list[str], spans: list[_Span], replace: _Replace) -> list[str]:
    """Return the lines with something else in place of each span; comments of blanks in a span stay, above it."""
    result: list[str] = []
    place = 0
    for span in spans:
        body = lines[span.first : span.end]
        first = next(line for line in body if line.strip() and not line.lstrip().startswith("#"))
        indent = first[: len(first) - len(first.lstrip())]
        prompts = [indent + line.strip() for line in body if _PROMPT.match(line)]
        body = [line for line in body if not _PROMPT.match(line)]
        result += [*lines[place : span.first], *prompts, *replace(body, indent)]
        place = span.end
    return [*result, *lines[place:]]
