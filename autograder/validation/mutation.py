"""Fourth step: small mistakes in the reference are caught."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.model import Exercise
from autograder.release import Reference
from autograder.validation.case import Case, about, counted, failure, listed
from autograder.validation.mutants import Mutant, mutants
from autograder.validation.programs import Kind, Program
from autograder.validation.report import Remark, Step
from autograder.validation.trials import Verdict
from autograder.validation.waivers import FILE, check_waivers

# By the operator's name, whole or what stands before its first hyphen.
_CALLS = {
    "gather": "Replace what it awaits by doubles that end in another order than they began, and look at times.",
    "sleep": "Call it with another time than the one shown, a small one and a large one, beside a Heartbeat.",
    "drop-await": "Check that virtual time passes in this call, and student.leaks.never_awaited.",
    "await": "Look at what is printed or changed in the middle of the wait, not only at its end.",
    "await-for-task": "Replace what it starts by a Spy, and check max_in_flight.",
    "await-task": "Replace what it starts by a Spy, and check max_in_flight.",
    "coroutine": "Replace what it starts by a Spy, and check max_in_flight.",
    "shield": "Cancel the call during this wait, and check that what it waits for ends too.",
    "suppress": "Cancel the call during this wait, and check that it ends as cancelled.",
    "except": "Let another exception come out of the block: a CancelledError, a KeyError, one of your own.",
    "raise": "Cancel the call with a message, and check the kind, the identity and the args of what comes out.",
    "drop-raise": "Cancel the call, and check that it ends as cancelled.",
    "drop-cause": "Check __cause__ of the exception that comes out.",
    "finally": "Let the block end in each way: by itself, by an exception, by a cancellation.",
    "drop-finally": "Let the block end by an exception and by a cancellation, and check the cleanup.",
    "drop-cancel": "Check that the double that still runs is cancelled, and student.leaks.",
    "drop-drain": "Give the double a cleanup that takes time, and check that it has ended when the call returns.",
    "drop-return": "Let a double raise, and check what becomes of the others.",
    "drop-item": "Check the values of every call that a Spy has seen.",
    "drop-jump": "Call it so that this branch is taken, and check what comes after it.",
    "loop": "Call it so that the loop needs several rounds: with other counts than 0 and 1.",
    "delete": "Check what this statement does: what it prints, returns or changes, and when.",
    "eager": "Check the virtual time at which each item comes, and take only some of them.",
    "yield": "Change an item that was handed out, and look at it again when the next has come.",
    "collect": "Check the virtual time at which each item comes, and take only some of them.",
    "exit": "Raise an exception in the block, and check that it comes out unchanged.",
    "never": "Check what is open before, in and after the block, by doubles of __aenter__ and __aexit__.",
    "left": "Let the block end in each way: by itself, by an exception, by a cancellation.",
    "drop-with": "Check what is open in and after the block, by doubles of __aenter__ and __aexit__.",
    "shared": "Use two objects at the same time, and check that they do not know each other.",
    "taskgroup": "Let one of the tasks fail, and check what becomes of the others and when the block ends.",
    "wait": "Replace what it waits for by doubles of other durations, and check how many have ended.",
    "constant": "Call it with another value than the one that the exercise shows.",
    "number": "Call it with another value than the one that the exercise shows.",
    "text": "Compare the whole line, character by character (check_lines), for several ids.",
    "compare": "Call it with values on both sides of the limit, and with the limit itself.",
}
_ANY = "Call it with other inputs than the ones that the exercise shows, and check what this line changes."


def mutant_programs(exercise: Exercise, reference: Reference) -> Iterator[Program]:
    """Yield the mutants of a reference as programs."""
    text = reference.path.read_text("utf-8")
    for mutant in mutants(text, reference.path):
        yield Program(
            kind=Kind.MUTANT,
            name=mutant.name,
            exercise=exercise.id,
            content=mutant.source.encode(),
            path=reference.path,
            mutant=mutant,
        )


def check_mutants(case: Case) -> Step:
    """Every mutant is caught that is not waived."""
    remarks: list[Remark] = []
    programs = [*case.of_kind(Kind.MUTANT)]
    waived = caught = 0
    for program in programs:
        verdict = case.verdict(program)
        if verdict.reason:
            remarks.append(about(program, f"could not be graded: {verdict.reason}"))
        elif verdict.lost:
            caught += 1
        elif (program.exercise, program.name) in case.waivers:
            waived += 1
        else:
            remarks.append(_survivor(case, program))
    remarks += check_waivers(case)
    return Step(
        name="mutants",
        title="Mutants of the reference are caught",
        summary=f"{caught} of {counted(len(programs), 'mutant')}, {waived} waived",
        remarks=tuple(remarks),
        not_run=not programs,
    )


def _survivor(case: Case, program: Program) -> Remark:
    mutant = program.mutant
    assert mutant is not None
    text = f"has full marks, so it is a survivor. {mutant.description} To catch it: {way_to_catch(mutant)}"
    reference = case.reference(program.exercise)
    if reference is not None:
        text += f" {_evidence(case.verdict(program), case.verdict(reference))}"
    return failure(text, exercise=program.exercise, subject=program.title, diff=mutant.diff)


def _evidence(verdict: Verdict, reference: Verdict) -> str:
    """Say whether a survivor behaves as the reference does, as far as the tests can tell."""
    if differing := verdict.differs_in(reference):
        return f"It does not behave as the reference does in {listed(differing, 3)}, but nothing there looks at that."
    return (
        "In every test it has said and done what the reference does, so it may be equivalent. If it is, waive it in "
        f"{FILE} by its name, with the reason."
    )


def way_to_catch(mutant: Mutant) -> str:
    """Return what input or observation would tell this mutant from the reference."""
    name = mutant.operator
    while name:
        if name in _CALLS:
            return _CALLS[name]
        name = name.rpartition("-")[0]
    return _ANY
