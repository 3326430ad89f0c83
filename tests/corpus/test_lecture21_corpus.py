"""Lecture 21 is sound, and it would be noticed if any of its hidden tests went missing.

Everything is graded once: what a validation of the whole lecture has found also says which programs need which test.
Whether a test that is gone is really missed is then tried for a dozen of them with these few programs.
"""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.catalogue import load_assignment
from autograder.jail.host import choose_jail
from autograder.model import GradeOptions
from autograder.validation import Level, Matrix, ProgramRow, State, Validation, validate
from autograder.validation.programs import Program

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "submissions" / "lecture21"
HIDDEN = ROOT / "tests" / "hidden" / "lecture21"
TRIED = 10
"""Tests of which each is taken away once."""
EACH = 3
"""They are chosen from every third test of each exercise."""
MOST = 5
"""Programs with which it is tried whether a test is missed."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


class Silent:
    def say(self, text: str) -> None: ...

    def advance(self, done: int, expected: int) -> None: ...


Keep = Callable[[Program], bool]


def validated(
    tests: Path | None = None, exercise: str | None = None, keep: Keep = lambda _: True
) -> Validation:
    options = GradeOptions(seed=21, jail=choose_jail("auto").backend, tests=tests)
    assignment = load_assignment(ROOT, "lecture21")
    return validate(assignment, options, Silent(), exercise=exercise, jobs=2, keep=keep)


@pytest.fixture(scope="module")
def whole() -> Validation:
    return validated()


def failures(validation: Validation, *steps: str) -> list[str]:
    return [
        f"{step.name}: {remark.exercise} {remark.subject} {remark.text}"
        for step in validation.steps
        for remark in step.remarks
        if remark.level is Level.FAILURE and (not steps or step.name in steps)
    ]


def test_corpus_is_as_large_as_promised() -> None:
    assert len([path for path in (CORPUS / "right").iterdir() if path.is_dir()]) >= 60
    assert len(list((CORPUS / "wrong").glob("*/*.py"))) >= 500


def test_it_keeps_every_promise_of_a_sound_assignment(whole: Validation) -> None:
    assert failures(whole) == []
    assert [step.name for step in whole.steps if step.state is not State.HOLDS] == []


# -- a suite in which a test is missing ----------------------------------------------------------------------------


def suite_of(folder: Path, change: Callable[[str, str], str | None]) -> Path:
    """Copy the hidden suite; ``change`` gets each test's name and text and returns what is to stand there."""
    shutil.copytree(HIDDEN, folder)
    for path in folder.glob("test_*.py"):
        text = path.read_text()
        lines = text.splitlines(keepends=True)
        for node in reversed(ast.parse(text).body):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                start, end = node.decorator_list[0].lineno - 1, node.end_lineno
                new = change(node.name, "".join(lines[start:end]))
                lines[start:end] = [new] if new is not None else []
        path.write_text("".join(lines))
    return folder


def who_needs(matrix: Matrix, place: int) -> Iterator[ProgramRow]:
    """Yield the programs that without a test would have full marks, or lose on one concept less."""
    for program in matrix.programs:
        if place in program.caught_by:
            concepts = [matrix.tests[index].concept for index in program.caught_by]
            alone = concepts.count(matrix.tests[place].concept) == 1
            if len(concepts) == 1 or (alone and program.kind == "wrong" and program.loses != ("load",)):
                yield program


def only(programs: list[ProgramRow]) -> Keep:
    wanted = {(program.kind, program.name) for program in programs}
    return lambda each: (each.kind.value, each.name) in wanted


def some_tests(whole: Validation) -> list[tuple[Matrix, int]]:
    """Return tests of all exercises by turns."""
    places = [(place, matrix) for matrix in whole.matrices for place in range(0, len(matrix.tests), EACH)]
    return [(matrix, place) for place, matrix in sorted(places, key=lambda each: each[0])]


def test_taking_away_a_hidden_test_is_noticed(whole: Validation, tmp_path: Path) -> None:
    tried = 0
    for matrix, place in some_tests(whole):
        test = matrix.tests[place]
        needing = list(who_needs(matrix, place))
        assert len(needing) == test.needed
        if not needing:
            assert any(
                remark.subject == test.name and "is redundant" in remark.text
                for step in whole.steps
                for remark in step.remarks
            )
            continue
        suite = suite_of(
            tmp_path / test.name, lambda name, text, gone=test.name: None if name == gone else text
        )
        without = validated(suite, matrix.exercise, only(needing[:MOST]))

        assert not without.blocked
        assert any("make the two agree" in each for each in failures(without, "configuration"))
        missed = failures(without, "mutants", "wrong")
        assert len(missed) == len(needing[:MOST]), (test.name, missed)
        assert all("has full marks" in each or "does not lose on" in each for each in missed), missed
        tried += 1
        if tried == TRIED:
            return
    pytest.fail(f"only {tried} tests were tried")


def test_test_that_asserts_nothing_is_noticed(whole: Validation, tmp_path: Path) -> None:
    matrix = whole.matrices[0]
    weak = {test.name for test in matrix.tests[1::2]}

    def weakened(name: str, text: str) -> str:
        head, _, _ = text.partition("def test_")
        head = head.removesuffix("async ")
        return f"{head}def {name}(student):\n    assert True\n" if name in weak else text

    needing = [program for place in range(1, len(matrix.tests), 2) for program in who_needs(matrix, place)]
    found = validated(suite_of(tmp_path / "weak", weakened), matrix.exercise, only(needing[::20]))

    named = {
        remark.subject
        for step in found.steps
        if step.name == "tests"
        for remark in step.remarks
        if "Does it check anything?" in remark.text
    }
    assert weak <= named, failures(found)
    assert failures(found, "configuration") == []
    assert failures(found, "mutants", "wrong")
