"""All mutants of a program: every operator at every place, without those that are proved to be no mistake."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator

import libcst as cst

from autograder.validation.mutants.change import Change, Operator, apply, concept_of
from autograder.validation.mutants.equivalence import fingerprint
from autograder.validation.mutants.mutant import Mutant
from autograder.validation.mutants.operators.table import OPERATORS
from autograder.validation.mutants.program import LINE_END, Program


def generate(text: str, path: str) -> Iterator[Mutant]:
    """Yield the mutants of a reference, operator by operator, each in the order of the file."""
    program = Program(text, path)
    seen = {fingerprint(text)}
    for operator in OPERATORS:
        for name, change in _named(program, operator):
            if _in_guard(program, change):
                continue
            source = apply(program, change)
            if source is None:
                continue
            try:
                key = fingerprint(source)
            except SyntaxError:
                continue  # such as a bare except that is not the last one
            if key in seen:
                continue
            seen.add(key)
            yield _mutant(program, operator, name, change, source)


def _named(program: Program, operator: Operator) -> Iterator[tuple[str, Change]]:
    """Yield changes in the order of the file, with names; a number is used up also by a change that comes to nothing.

    So a name depends on its function and operator alone.
    """
    count: Counter[str] = Counter()
    for change in sorted(operator.find(program), key=lambda each: program.position(each.at)):
        scope = program.scope(change.at)
        count[scope] += 1
        yield f"{operator.name}/{scope}/{count[scope]}", change


def _in_guard(program: Program, change: Change) -> bool:
    """Say whether a change is about ``__name__ == "__main__"``, which is no part of any exercise."""
    guard = change.at if isinstance(change.at, cst.If) else program.around(change.at, cst.If)
    if not isinstance(guard, cst.If) or "__name__" not in program.code(guard.test):
        return False
    node: cst.CSTNode | None = change.at
    while node is not guard and node is not guard.test and node is not None:
        node = program.parent(node)
    return change.at is guard or node is guard.test


def _mutant(program: Program, operator: Operator, name: str, change: Change, source: str) -> Mutant:
    line, _ = program.position(change.at)
    return Mutant(
        name=name,
        operator=operator.name,
        line=line,
        description=change.what,
        concept=operator.concept or change.concept or concept_of(program, change.at),
        blank=program.blanks.get(line),
        source=source,
        diff=_diff(program.text, source),
    )


def _diff(old: str, new: str) -> str:
    lines = difflib.unified_diff(LINE_END.split(old), LINE_END.split(new), lineterm="", n=3)
    return "".join(f"{line}\n" for line in list(lines)[2:])
