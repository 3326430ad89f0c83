"""Each kind of mistake, on a small program: the lines that change, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from autograder.model import CONCEPTS
from autograder.validation.mutants import Mutant, mutants
from autograder.validation.mutants.operators.table import OPERATORS

# Programs, each with what some of its mutants must be: name, concept (where it matters), changed lines.
PROGRAMS = (Path(__file__).parent / "mutants_of_each_kind.txt").read_text("utf-8").split("=" * 80)
HEADING = re.compile(r"(?m)^([a-z-]+/[\w.]+/\d+)(?: \((.*)\))?\n")


def cases() -> Iterator[tuple[str, str, str, str]]:
    """Yield program, name of a mutant, concept and changed lines."""
    for text in PROGRAMS:
        program, *parts = HEADING.split(text.strip("\n"))
        for name, concept, lines in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            yield program.rstrip("\n") + "\n", name, concept or "", lines.rstrip("\n")


CASES = list(cases())


@lru_cache
def made(program: str) -> dict[str, Mutant]:
    return {mutant.name: mutant for mutant in mutants(program, "reference.py")}


def changed_lines(mutant: Mutant) -> str:
    return "\n".join(line for line in mutant.diff.splitlines() if line[0] in "+-")


@pytest.mark.parametrize(
    ("program", "name", "concept", "lines"), CASES, ids=[f"{i}-{case[1]}" for i, case in enumerate(CASES)]
)
def test_operator_changes_these_lines_and_no_others(
    program: str, name: str, concept: str, lines: str
) -> None:
    found = made(program)

    assert name in found, sorted(found)
    assert changed_lines(found[name]) == lines
    assert found[name].description.endswith(".")
    assert found[name].concept == (concept or found[name].concept)


def test_every_operator_has_a_case_and_a_concept_that_exists() -> None:
    assert {operator.name for operator in OPERATORS} == {name.split("/")[0] for _, name, _, _ in CASES}
    assert len({operator.name for operator in OPERATORS}) == len(OPERATORS)
    assert {operator.concept for operator in OPERATORS} <= {"", *CONCEPTS}


NO_MISTAKES = {
    "a wait leaves its tasks running anyway": (
        "import asyncio\nasync def f(tasks): await asyncio.wait(tasks)\n",
        "await asyncio.shield",
    ),
    "max does not care for the order": ("def f(a, b): return max(a, b)\n", "max(b, a)"),
    "None lets an exception go on as False does": (
        "class C:\n    def __exit__(self, *error):\n        print(1)\n        return False\n",
        "return None",
    ),
    "a constant default may belong to the class": (
        "class C:\n    def __init__(self):\n        self.open = False\n",
        "type(self)",
    ),
    "the guard is no part of any exercise": (
        'def f(): return 1\nif __name__ == "__main__":\n    f()\n',
        "not __name__",
    ),
    "a name is not used before it is there": (
        "async def f():\n    x = await g()\n    print(x)\n",
        "print(x)\n    x = await",
    ),
    "a docstring is no text": ('def f():\n    """Say it."""\n    return 1\n', "say it"),
    "an argument of print that is a number looks the same in any way": (
        'def f(x): print(f"{len(x)}")\n',
        "!r",
    ),
}


@pytest.mark.parametrize("why", NO_MISTAKES)
def test_what_is_no_mistake_is_no_mutant(why: str) -> None:
    program, code = NO_MISTAKES[why]
    found = made(program)

    assert found
    assert [mutant.name for mutant in found.values() if code in mutant.source] == []
