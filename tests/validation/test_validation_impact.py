"""Tests that cannot tell a program from the reference are not run, and nothing is lost by that."""

from __future__ import annotations

import pytest
from validated_course import REFERENCE, RIGHT

from autograder.catalogue import load_assignment
from autograder.model import GradeOptions
from autograder.validation.impact import Impact, changed_functions, shape_of
from autograder.validation.mutants import mutants
from autograder.validation.programs import Kind, Program, reference_programs, wrong_samples
from autograder.validation.trials import Setting, Trial, Trials


def changed(old: str, new: str) -> frozenset[str] | None:
    reference, shape = shape_of(REFERENCE.encode()), shape_of(REFERENCE.replace(old, new).encode())
    assert reference is not None
    return changed_functions(reference, shape) if shape is not None else None


@pytest.mark.parametrize(
    ("old", "new", "functions"),
    [
        ("# Blank", "# blank", set()),
        ("return 2 * number", "return number", {"double"}),
        ("21, 0.5", "22, 0.5", {"main"}),
        ("import asyncio\n", "import asyncio\nimport time\n", set()),
        ("async def main", "def helper(x):\n    return x\n\n\nasync def main", set()),
    ],
)
def test_functions_with_another_body_are_named(old, new, functions):
    assert changed(old, new) == functions


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("async def double", "def double"),
        ("number, seconds", "number, seconds=1"),
        ("    return 2 * number", "    yield 2 * number"),
        ("async def double", "@staticmethod\nasync def double"),
        ("import asyncio\n", "import asyncio\nimport nowhere\n"),
        ("import asyncio\n", "import time as asyncio\n"),
        ("import asyncio\n", "import asyncio\nimport time as print\n"),
        ("import asyncio\n", "import asyncio\nasyncio.sleep = None\n"),
        ("async def main", "def print(x=open('f')):\n    pass\n\n\nasync def main"),
        ("async def main", "def print(x):\n    pass\n\n\nasync def main"),
        ("async def main", "async def double(n, s):\n    pass\n\n\nasync def main"),
        ('if __name__ == "__main__":\n    ', ""),
        ("return 2 * number", "return 2 *"),
    ],
)
def test_program_that_differs_in_more_than_bodies_is_run_with_all_tests(old, new):
    assert changed(old, new) is None


def test_fault_that_only_the_compiler_finds_is_run_with_all_tests(make_course):
    text = REFERENCE.replace("return 2 * number", "return 2 * number\n    global number")
    reference = Program(kind=Kind.REFERENCE, name="reference", exercise="1", content=REFERENCE.encode())
    broken = Program(kind=Kind.WRONG, name="broken", exercise="1", content=text.encode())

    assert shape_of(text.encode()) is not None
    assert Impact((reference, broken)).changed(broken) is None


def test_verdicts_are_those_of_the_whole_suite(make_course, jail):
    course = make_course()
    assignment = load_assignment(course.root, "tiny")
    base = Setting(5)
    programs = (
        *reference_programs(assignment, assignment.exercises),
        *wrong_samples(assignment, assignment.exercises, lambda *problem: pytest.fail(str(problem))),
        Program(kind=Kind.RIGHT, name="right", exercise="1", content=RIGHT.encode()),
        *(
            Program(kind=Kind.MUTANT, name=each.name, exercise="1", content=each.source.encode(), mutant=each)
            for each in mutants(REFERENCE, "ex1.py")
        ),
    )

    def trials() -> Trials:
        return Trials(assignment, GradeOptions(jail=jail, audit="never"), 2, lambda done, expected: None)

    whole, saving, impact = trials(), trials(), Impact(programs)
    whole.grade(Trial(program, base) for program in programs)
    probes = tuple(impact.probes())
    saving.grade(Trial(program, base) for program in (*programs[:1], *probes))
    impact.learn(probes, saving, base)
    chosen = {program.name: impact.tests(program) for program in programs}
    saving.grade(
        Trial(program, base, only=impact.tests(program), like=impact.reference("1")) for program in programs
    )

    assert {name for name, tests in chosen.items() if tests is not None and len(tests) < 5}
    for program in programs:
        expected, actual = whole.of(program, base), saving.of(program, base)
        assert [(test.name, test.outcome) for test in actual.tests] == [
            (test.name, test.outcome) for test in expected.tests
        ], program.title
        assert actual.traces.keys() == expected.traces.keys(), program.title
