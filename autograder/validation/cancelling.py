"""Seventh step: where a reference has a cleanup, is it cancelled at every one of its awaits?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.grading.collection import HiddenTest
from autograder.model import Exercise
from autograder.validation.case import Case, advice, counted
from autograder.validation.report import Remark, Step

EVERYWHERE = "cancel_at_every_await"
"""The method of ``student`` with which a hidden test does that."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def check_cancellation(case: Case) -> Step:
    """Name the exercises with a cleanup that no test cancels at every await. Advice, never a failure."""
    remarks: list[Remark] = []
    needed = 0
    for exercise in case.exercises:
        why = _has_cleanup(case, exercise)
        if not why:
            continue
        needed += 1
        if not any(True for _ in tests_that_cancel_everywhere(case.tests_of(exercise.id))):
            text = (
                f"its reference has {why}, but no hidden test cancels it at every await. "
                f"`await student.{EVERYWHERE}(...)` finds the moment at which a cleanup is forgotten."
            )
            remarks.append(advice(text, exercise=exercise.id))
    return Step(
        name="cancellation",
        title="Cleanups are cancelled at every await",
        summary=f"{counted(needed, 'exercise')} with a cleanup",
        remarks=tuple(remarks),
        not_run=not needed,
    )


def tests_that_cancel_everywhere(tests: tuple[HiddenTest, ...]) -> Iterator[HiddenTest]:
    """Yield the tests that use it themselves or through a function of their file."""
    users: dict[object, set[str]] = {}
    for test in tests:
        if test.path not in users:
            users[test.path] = _users(test.path.read_text("utf-8"))
        if test.name.partition("[")[0] in users[test.path]:
            yield test


def _users(source: str) -> set[str]:
    """Return the functions of a file in which it is used, or which use one of these."""
    functions = {
        node.name: _names(node) for node in ast.walk(ast.parse(source)) if isinstance(node, _Function)
    }
    users: set[str] = set()
    wanted = {EVERYWHERE}
    while wanted:
        found = {name for name, used in functions.items() if used & wanted} - users
        users |= found
        wanted = found
    return users


def _names(function: ast.AST) -> set[str]:
    nodes = [*ast.walk(function)]
    return {node.attr for node in nodes if isinstance(node, ast.Attribute)} | {
        node.id for node in nodes if isinstance(node, ast.Name)
    }


def _has_cleanup(case: Case, exercise: Exercise) -> str:
    """Return what of a cleanup the reference has; empty if it has none."""
    reference = case.references.get(exercise.id)
    if reference is None:
        return ""
    for node in ast.walk(ast.parse(reference.path.read_bytes())):
        match node:
            case ast.Try(finalbody=[_, *_]) | ast.TryStar(finalbody=[_, *_]):
                return "a finally"
            case ast.AsyncFunctionDef(name="__aexit__"):
                return "an __aexit__"
            case ast.ExceptHandler(type=None):
                return "a handler for every exception"
            case ast.ExceptHandler(type=kind) if kind is not None and _names(kind) & {
                "CancelledError",
                "BaseException",
            }:
                return "a handler for CancelledError"
    return ""
