"""Second step: the reference has full marks, the skeleton none, and every blank is worth something."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from autograder.model import Outcome
from autograder.release import Region
from autograder.scoring import json_number
from autograder.validation.case import Case, about, counted, failure
from autograder.validation.programs import Kind, Program
from autograder.validation.regions import blanks_touched
from autograder.validation.report import Remark, Step


def check_reference(case: Case) -> Step:
    """The reference passes every test, the skeleton none."""
    remarks: list[Remark] = []
    programs = [*case.of_kind(Kind.REFERENCE, Kind.SKELETON)]
    for program in programs:
        verdict = case.verdict(program)
        if verdict.reason:
            remarks.append(about(program, f"could not be graded: {verdict.reason}"))
        elif program.kind is Kind.REFERENCE:
            remarks += [
                about(program, f"fails {test.name}: {test.message or test.outcome.value}")
                for test in verdict.lost
            ]
        else:
            remarks += [
                about(program, f"passes {test.name}, so whoever hands it in untouched gets its points.")
                for test in verdict.tests
                if test.outcome is Outcome.PASSED
            ]
    for exercise in case.exercises:
        if not case.tests_of(exercise.id):
            remarks.append(failure("has no hidden test.", exercise=exercise.id))
    return Step(
        name="reference",
        title="The reference has full marks, the skeleton none",
        summary=counted(len(programs), "program"),
        remarks=tuple(remarks),
        not_run=not programs,
    )


def check_blanks(case: Case) -> Step:
    """A blank that is left open loses at least its points; one that is filled wrongly loses some."""
    remarks: list[Remark] = []
    count = 0
    for program in case.of_kind(Kind.OPEN_BLANK):
        region = next(
            each for each in case.references[program.exercise].regions if each.number == program.blank
        )
        count += 1
        remarks += _left_open(case, program, region)
        if not _has_caught_mistake(case, program.exercise, region):
            remarks.append(
                failure(
                    f"blank {region.number} ({region.prompt}): no test is known to notice a wrong answer here. Add a "
                    f"wrong sample that differs from the reference in this blank alone, or a test.",
                    exercise=program.exercise,
                    subject=f"line {region.line}",
                )
            )
    return Step(
        name="blanks",
        title="Every blank is worth something",
        summary=f"{counted(count, 'blank')}, each left open and filled wrongly",
        remarks=tuple(remarks),
        not_run=not count,
    )


def _left_open(case: Case, program: Program, region: Region) -> Iterator[Remark]:
    verdict = case.verdict(program)
    if verdict.reason:
        yield about(program, f"could not be graded: {verdict.reason}")
        return
    lost = sum((test.max_score - test.score for test in verdict.lost), Decimal(0))
    if not lost:
        yield about(program, f"costs nothing ({region.prompt}): no test notices that it is open.")
    elif region.points is not None and lost < region.points:
        yield about(
            program,
            f"costs {json_number(lost)} points, but the skeleton says that it is worth {json_number(region.points)}.",
        )


def _has_caught_mistake(case: Case, exercise: str, region: Region) -> bool:
    for program in case.of_kind(Kind.MUTANT, Kind.WRONG):
        if program.exercise != exercise or not case.verdict(program).lost:
            continue
        if program.mutant is not None:
            blanks = {program.mutant.blank}
        else:
            blanks = set(blanks_touched(case.references[exercise], program.content))
        if blanks == {region.number}:
            return True
    return False
