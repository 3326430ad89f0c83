"""What the steps of a validation look at: the assignment, its tests, the programs and the verdicts on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from autograder.grading.collection import HiddenTest
from autograder.model import Assignment, Exercise
from autograder.release import Reference
from autograder.validation.programs import Kind, Program
from autograder.validation.report import Level, Remark
from autograder.validation.trials import Setting, Trials, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One assignment under validation."""

    assignment: Assignment
    exercises: tuple[Exercise, ...]
    """Those to be validated."""
    tests: tuple[HiddenTest, ...]
    references: dict[str, Reference]
    """By exercise; without those that cannot be read."""
    programs: tuple[Program, ...]
    trials: Trials
    base: Setting
    """What every program is graded under: the run's seed, the natural schedule."""
    mutants: frozenset[tuple[str, str]] = frozenset()
    """Exercise and name of every mutant, graded or not."""
    waivers: dict[tuple[str, str], str] = field(default_factory=dict)
    """Exercise and mutant's name to the reason why it need not be caught."""

    def of_kind(self, *kinds: Kind) -> Iterator[Program]:
        """Yield the programs of these kinds."""
        return (program for program in self.programs if program.kind in kinds)

    def verdict(self, program: Program) -> Verdict:
        """Return the verdict under the base setting."""
        return self.trials.of(program, self.base)

    def reference(self, exercise: str) -> Program | None:
        """Return the reference of an exercise."""
        return next((each for each in self.of_kind(Kind.REFERENCE) if each.exercise == exercise), None)

    def tests_of(self, exercise: str) -> tuple[HiddenTest, ...]:
        """Return the tests of an exercise, in the order of the suite."""
        return tuple(test for test in self.tests if test.exercise == exercise)


def failure(text: str, *, exercise: str = "", subject: str = "", diff: str = "") -> Remark:
    """Return a remark that makes its step fail."""
    return Remark(level=Level.FAILURE, text=text, exercise=exercise, subject=subject, diff=diff)


def advice(text: str, *, exercise: str = "", subject: str = "", diff: str = "") -> Remark:
    """Return a remark that costs nothing."""
    return Remark(level=Level.ADVICE, text=text, exercise=exercise, subject=subject, diff=diff)


def about(program: Program, text: str, *, diff: str = "") -> Remark:
    """Return a failure about a program."""
    return failure(text, exercise=program.exercise, subject=program.title, diff=diff)


def listed(words: Iterable[str], most: int = 6) -> str:
    """Return words in one line, sorted, the first of them if there are many."""
    names = sorted(words)
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
