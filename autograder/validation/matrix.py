"""Who catches whom, and what each test is good for.

A test is needed for a wrong program if without it something else would be reported: the program would get full marks,
or, being a sample, would no longer lose on one of its concepts. A test that no program needs is redundant: all that it
catches is caught by others too. Taking away a test that is needed is therefore always noticed by a validation.
"""

from __future__ import annotations

from autograder.model import Exercise
from autograder.validation.case import Case, advice, counted, failure
from autograder.validation.programs import LOAD, Kind, Program
from autograder.validation.report import Matrix, ProgramRow, Remark, Step, TestRow


def matrix_of(case: Case, exercise: Exercise) -> Matrix:
    """Return the matrix of one exercise; programs that could not be graded are left out."""
    tests = case.tests_of(exercise.id)
    place = {test.name: index for index, test in enumerate(tests)}
    programs: list[ProgramRow] = []
    catches, alone, needed = ([0] * len(tests) for _ in range(3))
    for program in case.of_kind(Kind.WRONG, Kind.MUTANT):
        if program.exercise != exercise.id or case.verdict(program).reason:
            continue
        waived = case.waivers.get((exercise.id, program.name), "") if program.kind is Kind.MUTANT else ""
        caught_by = tuple(sorted(place[name] for name in case.verdict(program).names_lost if name in place))
        programs.append(
            ProgramRow(
                name=program.name,
                kind=program.kind.value,
                caught_by=caught_by,
                loses=tuple(sorted(program.loses)),
                waived=waived,
                unfinished=case.verdict(program).unfinished,
            )
        )
        for index in caught_by:
            catches[index] += 1
            alone[index] += len(caught_by) == 1
        for index in _needed([tests[index].concept for index in caught_by], program):
            needed[caught_by[index]] += 1
    rows = tuple(
        TestRow(
            name=test.name,
            title=test.title,
            concept=test.concept,
            points=test.points,
            catches=catches[index],
            alone=alone[index],
            needed=needed[index],
        )
        for index, test in enumerate(tests)
    )
    return Matrix(exercise=exercise.id, title=exercise.title, tests=rows, programs=tuple(programs))


def _needed(concepts: list[str], program: Program) -> list[int]:
    """Return the places of the tests that a program needs, among those that catch it, which have these concepts."""
    if program.kind is Kind.MUTANT or program.loses == {LOAD}:
        return [0] if len(concepts) == 1 else []
    return [place for place, concept in enumerate(concepts) if concepts.count(concept) == 1]


def _catches_what_all_catch(matrix: Matrix, place: int) -> bool:
    count = len(matrix.tests)
    return count > 1 and all(
        len(program.caught_by) == count
        for program in matrix.programs
        if place in program.caught_by and not program.unfinished
    )


def _said(matrix: Matrix, catches: int) -> str:
    if any(program.unfinished for program in matrix.programs):
        return "whatever it catches"
    return f"the {counted(catches, 'wrong program')} that it catches"


def check_tests(case: Case, matrices: tuple[Matrix, ...]) -> Step:
    """Every test catches something; those that catch nothing which others do not catch are named."""
    remarks: list[Remark] = []
    for matrix in matrices:
        if not matrix.programs:
            continue
        for place, test in enumerate(matrix.tests):
            if not test.catches or _catches_what_all_catch(matrix, place):
                what = (
                    "only what every test catches, such as files that cannot be loaded"
                    if test.catches
                    else "not a single wrong program"
                )
                remarks.append(
                    failure(
                        f"catches {what}. Does it check anything? If it does, add a sample to "
                        f"tests/submissions/{case.assignment.id}/wrong/{matrix.exercise}/ that only it catches.",
                        exercise=matrix.exercise,
                        subject=test.name,
                    )
                )
            elif not test.needed:
                remarks.append(
                    advice(
                        f"is redundant: {_said(matrix, test.catches)} would be caught without it, on the same "
                        "concepts.",
                        exercise=matrix.exercise,
                        subject=test.name,
                    )
                )
    wrong = sum(len(matrix.programs) for matrix in matrices)
    tests = sum(len(matrix.tests) for matrix in matrices)
    return Step(
        name="tests",
        title="Every hidden test catches something",
        summary=f"{counted(tests, 'test')}, {counted(wrong, 'wrong program')}",
        remarks=tuple(remarks),
        not_run=not wrong,
    )
