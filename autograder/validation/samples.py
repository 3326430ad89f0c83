"""Third step: right samples have full marks, wrong ones lose on their concepts and on no others."""

from __future__ import annotations

from autograder.validation.case import Case, about, advice, counted, listed
from autograder.validation.programs import LOAD, Kind, Program
from autograder.validation.report import Remark, Step
from autograder.validation.trials import Verdict


def check_right(case: Case) -> Step:
    """Every right sample passes every test."""
    remarks: list[Remark] = []
    programs = [*case.of_kind(Kind.RIGHT)]
    for program in programs:
        verdict = case.verdict(program)
        if verdict.reason:
            remarks.append(about(program, f"could not be graded: {verdict.reason}"))
        remarks += [
            about(program, f"loses {test.name}: {test.message or test.outcome.value}")
            for test in verdict.lost
        ]
    if not programs:
        remarks.append(_missing(case, "right/<name>/ with all files", "right programs would lose points"))
    samples = {program.name for program in programs}
    return Step(
        name="right",
        title="Right samples have full marks",
        summary=f"{counted(len(samples), 'sample')}, {counted(len(programs), 'program')}",
        remarks=tuple(remarks),
        not_run=not programs,
    )


def check_wrong(case: Case) -> Step:
    """Every wrong sample loses on the concepts that its first line names, and on no others."""
    remarks: list[Remark] = []
    programs = [*case.of_kind(Kind.WRONG)]
    for program in programs:
        if problem := wrong_about(case, program, case.verdict(program)):
            remarks.append(about(program, problem))
    if not programs:
        remarks.append(
            _missing(case, "wrong/<exercise>/<diagnosis>.py", "wrong programs would have full marks")
        )
    return Step(
        name="wrong",
        title="Wrong samples lose on their concepts only",
        summary=counted(len(programs), "sample"),
        remarks=tuple(remarks),
        not_run=not programs,
    )


def wrong_about(case: Case, program: Program, verdict: Verdict) -> str:
    """Return what is wrong about the verdict on a wrong sample; empty if it is as its first line says."""
    if verdict.reason:
        return f"could not be graded: {verdict.reason}"
    if not verdict.lost:
        return f"has full marks, but is to lose on {listed(program.loses)}: a survivor. Add a test that catches it."
    expected = program.loses
    if expected == {LOAD}:
        expected = frozenset(test.concept for test in case.tests_of(program.exercise))
    if missing := expected - verdict.concepts_lost:
        return f"does not lose on {listed(missing)}: no test of that concept catches it."
    if excess := verdict.concepts_lost - expected:
        tests = [test.name for test in verdict.lost if test.concept in excess]
        return (
            f"also loses on {listed(excess)} ({listed(tests)}): a fault is to cost its own concepts only. Mend the "
            "test, or add the concept to the sample's first line."
        )
    return ""


def _missing(case: Case, what: str, why: str) -> Remark:
    folder = f"tests/submissions/{case.assignment.id}"
    return advice(f"there are no such samples, so nobody knows which {why}. Put some into {folder}/{what}.")
