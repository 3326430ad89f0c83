"""In which order the tests are run on a mutant, and where that is enough.

What is reported of a mutant depends on whether no test catches it, one does, or several: with two that catch it no test
is needed for it alone. So its tests are run in the order of how many wrong programs they have caught until then, and
the rest is left out when two have caught it. Only who wants to see the whole matrix has to run them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from autograder.validation.case import Case
from autograder.validation.programs import Kind, Program
from autograder.validation.trials import Trial

ENOUGH = 2


class Ranking:
    """The tests of a case by what they have caught."""

    def __init__(self, case: Case, graded: Iterable[Program]) -> None:
        """``graded`` are programs whose verdicts under the base setting are known."""
        sizes = {exercise.id: len(case.tests_of(exercise.id)) for exercise in case.exercises}
        self._caught: Counter[tuple[str, str]] = Counter()
        for program in graded:
            lost = case.verdict(program).names_lost
            if program.kind is Kind.WRONG and len(lost) < sizes[program.exercise]:
                self._caught.update((program.exercise, name) for name in lost)
        self._suite = {
            exercise.id: tuple(test.name for test in case.tests_of(exercise.id))
            for exercise in case.exercises
        }

    def order(self, program: Program, names: frozenset[str]) -> tuple[str, ...]:
        """Return these tests in the order in which they are to be run: for all but mutants that of the suite."""
        suite = [name for name in self._suite[program.exercise] if name in names]
        if program.kind is Kind.MUTANT:
            suite.sort(key=lambda name: -self._caught[program.exercise, name])
        return tuple(suite)


def in_doubt(case: Case, trials: Iterable[Trial]) -> Iterator[Trial]:
    """Yield the unfinished trials that may show that a test is good for something, where no other program does."""
    unfinished = [trial for trial in trials if case.verdict(trial.program).unfinished]
    for exercise in case.exercises:
        names = {test.name for test in case.tests_of(exercise.id)}
        unproven = set(names)
        for program in case.of_kind(Kind.WRONG, Kind.MUTANT):
            verdict = case.verdict(program)
            lost = verdict.names_lost
            if program.exercise == exercise.id and not verdict.unfinished and lost != names:
                unproven -= lost
        for trial in unfinished:
            if trial.program.exercise == exercise.id and trial.only and unproven.intersection(trial.only):
                yield trial
