"""The steps of a validation, in order: read this first."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Protocol

from autograder.errors import ConfigurationError, UsageError
from autograder.grading.collection import with_points_of
from autograder.model import Assignment, Exercise, GradeOptions
from autograder.release import Reference
from autograder.validation.cancelling import check_cancellation
from autograder.validation.case import Case, failure
from autograder.validation.configuration import check_configuration, read_references
from autograder.validation.impact import Impact
from autograder.validation.matrix import check_tests, matrix_of
from autograder.validation.mutation import check_mutants, mutant_programs
from autograder.validation.programs import (
    Kind,
    Program,
    programs_with_one_blank,
    reference_programs,
    right_samples,
    wrong_samples,
)
from autograder.validation.ranking import ENOUGH, Ranking, in_doubt
from autograder.validation.reference import check_blanks, check_reference
from autograder.validation.report import Remark, Step, Validation
from autograder.validation.samples import check_right, check_wrong
from autograder.validation.stability import check_schedules, check_seeds, find_changes, trials_of
from autograder.validation.survey import Survey, survey
from autograder.validation.trials import Setting, Trial, Trials
from autograder.validation.waivers import Waivers, read_waivers


class Listener(Protocol):
    """Who hears how far a validation is."""

    def say(self, text: str) -> None:
        """Something else is being done now."""

    def advance(self, done: int, expected: int) -> None:
        """So many programs of so many are graded."""


@dataclass(slots=True)
class _Found:
    """What reading brought, before anything was graded."""

    references: dict[str, Reference | str]
    programs: list[Program] = field(default_factory=list)
    waivers: Waivers = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def complain(self, exercise: str, subject: str, text: str) -> None:
        self.remarks.append(failure(text, exercise=exercise, subject=subject))


def validate(
    assignment: Assignment,
    options: GradeOptions,
    listener: Listener,
    *,
    exercise: str | None = None,
    jobs: int = 1,
    keep: Callable[[Program], bool] = lambda program: True,
    complete: bool = True,
) -> Validation:
    """Validate an assignment, or one exercise of it, in the jail that ``options`` name.

    Whatever is wrong with the exercise is a remark in what is returned, also a suite that cannot be collected.
    ``keep`` tells which programs are graded; fewer take less time and tell less. Without ``complete`` no test is run on
    a mutant after two have caught it: all that is said is the same, but the matrices have gaps. Raise
    `UsageError` for an exercise that does not exist, `JailUnavailable` and `GraderError` for what the machine or we did
    wrong.
    """
    begin = time.monotonic()
    options = replace(options, audit="never")
    exercises = _choose(assignment, exercise)
    listener.say("Looking at the tests and making mutants")
    with ThreadPoolExecutor(1) as executor:
        looking = executor.submit(survey, assignment, options)  # in a process of its own, so both get on
        found = _find(assignment, options, exercises)
        surveyed = looking.result()
    mutants = frozenset((each.exercise, each.name) for each in found.programs if each.kind is Kind.MUTANT)
    found.programs = [program for program in found.programs if keep(program)]
    first = check_configuration(assignment, exercises, surveyed, found.references, found.remarks)
    result = Validation(
        assignment=assignment.id,
        title=assignment.title,
        seed=options.seed,
        jail=options.jail,
        steps=(first,),
    )
    if surveyed.suite.problem:
        return replace(result, blocked=True, wall_seconds=time.monotonic() - begin)
    case = replace(_case(assignment, options, exercises, surveyed, found, jobs, listener), mutants=mutants)
    listener.say("Grading")
    count = _grade(case, complete)
    changes = find_changes(case)
    matrices = tuple(matrix_of(case, each) for each in exercises)
    steps: tuple[Step, ...] = (
        check_reference(case),
        check_blanks(case),
        check_right(case),
        check_wrong(case),
        check_mutants(case),
        check_tests(case, matrices),
        check_seeds(case, changes),
        check_schedules(case, changes),
        check_cancellation(case),
    )
    return replace(
        result,
        steps=(first, *steps),
        matrices=matrices,
        programs=count,
        wall_seconds=time.monotonic() - begin,
    )


def _grade(case: Case, complete: bool) -> int:
    """Grade every program, and each only with the tests that may tell it from its reference; return how many."""
    trials = [*trials_of(case.programs, case.base)]
    impact = Impact(case.programs)
    probes = tuple(impact.probes())
    late = [
        trial for trial in trials if trial.setting == case.base and impact.changed(trial.program) is not None
    ]
    waits = {id(trial) for trial in late}
    case.trials.expected = len(trials) + len(probes)
    case.trials.grade(
        [
            *(Trial(probe, case.base) for probe in probes),
            *(trial for trial in trials if id(trial) not in waits),
        ]
    )
    impact.learn(probes, case.trials, case.base)
    first = (trial.program for trial in trials if trial.setting == case.base and id(trial) not in waits)
    ranking = Ranking(case, first)
    chosen = [_with_tests(trial, impact, ranking, complete) for trial in late]
    case.trials.grade(chosen)
    case.trials.complete(in_doubt(case, chosen))
    return len(trials) + len(probes)


def _with_tests(trial: Trial, impact: Impact, ranking: Ranking, complete: bool) -> Trial:
    """Return the trial of a program that is like its reference but for some functions."""
    program = trial.program
    names = impact.tests(program)
    if names is None:
        return trial
    return replace(
        trial,
        only=ranking.order(program, names),
        enough=0 if complete or program.kind is not Kind.MUTANT else ENOUGH,
        like=impact.reference(program.exercise),
    )


def _choose(assignment: Assignment, wanted: str | None) -> tuple[Exercise, ...]:
    if wanted is None:
        return assignment.exercises
    chosen = tuple(each for each in assignment.exercises if each.id == wanted)
    if not chosen:
        known = ", ".join(each.id for each in assignment.exercises)
        raise UsageError(f"--exercise {wanted}: {assignment.id} has no such exercise. It has {known}.")
    return chosen


def _find(assignment: Assignment, options: GradeOptions, exercises: tuple[Exercise, ...]) -> _Found:
    found = _Found(references=read_references(assignment, exercises))
    found.programs += reference_programs(assignment, exercises)
    for exercise in exercises:
        reference = found.references[exercise.id]
        if isinstance(reference, Reference):
            found.programs += programs_with_one_blank(exercise, reference)
            found.programs += mutant_programs(exercise, reference)
    found.programs += right_samples(assignment, exercises, found.complain)
    found.programs += wrong_samples(assignment, exercises, found.complain)
    try:
        found.waivers = read_waivers(options.tests or assignment.hidden_tests)
    except ConfigurationError as error:
        found.complain("", "", str(error))
    return found


def _case(
    assignment: Assignment,
    options: GradeOptions,
    exercises: tuple[Exercise, ...],
    surveyed: Survey,
    found: _Found,
    jobs: int,
    listener: Listener,
) -> Case:
    # Points that do not add up are a remark; what the suite gives is as good to find out who loses on what.
    gradable = with_points_of(assignment, surveyed.suite)
    return Case(
        assignment=assignment,
        exercises=exercises,
        tests=surveyed.suite.tests,
        references={
            name: reference
            for name, reference in found.references.items()
            if isinstance(reference, Reference)
        },
        programs=tuple(found.programs),
        trials=Trials(gradable, options, jobs, listener.advance),
        base=Setting(options.seed),
        waivers=found.waivers,
    )
