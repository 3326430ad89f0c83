"""Fifth and sixth step: the same program gets the same verdict, whatever the seed and whatever asyncio leaves open.

The reference is graded under many settings, right samples under another seed and schedule, and some wrong samples
under another seed. Where a verdict changes, seed and schedule are tried by themselves, to tell which of
them it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from autograder.validation.case import Case, about, counted, failure, listed
from autograder.validation.programs import Kind, Program
from autograder.validation.report import Remark, Step
from autograder.validation.samples import wrong_about
from autograder.validation.trials import Setting, Trial, Verdict

SEEDS = 4
SCHEDULES = 4
"""Others that the reference is graded under."""

_RIGHT_TRIALS = 12
"""No more trials of right samples beside the base, in each exercise."""

_EACH_WRONG = 15
"""One in so many wrong samples is graded under another seed."""


def other_settings(program: Program, place: int, count: int, base: Setting) -> Iterator[Setting]:
    """Yield the settings beside the base under which a program is graded; it is at a place among ``count`` of its kind.

    Of few right samples each has several schedules, of many only some have one; all schedules are in use.
    """
    match program.kind:
        case Kind.REFERENCE:
            yield replace(base, repeat=1)
            for step in range(1, SEEDS + 1):
                yield replace(base, seed=base.seed + step)
            for schedule in range(1, SCHEDULES + 1):
                yield replace(base, schedule=schedule)
        case Kind.RIGHT:
            turns = min(SCHEDULES, _RIGHT_TRIALS // count)
            for turn in range(turns):
                yield Setting(base.seed + 1, 1 + (place + turn) % SCHEDULES)
            before, after = place * _RIGHT_TRIALS // count, (place + 1) * _RIGHT_TRIALS // count
            if not turns and before < after:
                yield Setting(base.seed + 1, 1 + before % SCHEDULES)
        case Kind.WRONG if place % _EACH_WRONG == 0:
            yield replace(base, seed=base.seed + 2)


def trials_of(programs: tuple[Program, ...], base: Setting) -> Iterator[Trial]:
    """Yield every trial of a validation."""
    counts = Counter((program.kind, program.exercise) for program in programs)
    places: Counter[tuple[Kind, str]] = Counter()
    for program in programs:
        key = program.kind, program.exercise
        yield Trial(program, base)
        for setting in other_settings(program, places[key], counts[key], base):
            yield Trial(program, setting)
        places[key] += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A verdict that is not what it was under the base setting."""

    program: Program
    setting: Setting
    verdict: Verdict

    def differs(self, case: Case) -> frozenset[str]:
        """Return the tests that came out in another way."""
        return self.verdict.names_lost ^ case.verdict(self.program).names_lost


def find_changes(case: Case) -> list[Change]:
    """Return the verdicts that changed, with the setting that tells best why."""
    changed = [
        change
        for trial in trials_of(case.programs, case.base)
        if trial.setting != case.base and _matters(case, change := _change(case, trial))
    ]
    mixed = [change for change in changed if _is_mixed(change.setting, case.base)]
    case.trials.grade(
        Trial(change.program, setting) for change in mixed for setting in _parts(change.setting, case.base)
    )
    return [_sharpened(case, change) for change in changed]


def _change(case: Case, trial: Trial) -> Change:
    verdict = case.trials.of(trial.program, trial.setting)
    return Change(program=trial.program, setting=trial.setting, verdict=verdict)


def check_seeds(case: Case, changes: list[Change]) -> Step:
    """Verdicts do not depend on the seed, nor on chance."""
    remarks = [_seed_remark(case, change) for change in changes if not change.setting.schedule]
    tests = sum(len(case.tests_of(exercise.id)) for exercise in case.exercises)
    programs = _tried(case)
    return Step(
        name="flakiness",
        title="The same verdict with every seed",
        summary=f"{counted(tests, 'test')}, each on the reference {1 + 1 + SEEDS + SCHEDULES} times, "
        f"{counted(len(programs), 'right program')} with another seed",
        remarks=tuple(remarks),
        not_run=not programs,
    )


def check_schedules(case: Case, changes: list[Change]) -> Step:
    """Right programs have full marks whatever asyncio leaves open."""
    remarks = [_schedule_remark(case, change) for change in changes if change.setting.schedule]
    programs = _tried(case)
    return Step(
        name="schedules",
        title="The same verdict under every schedule",
        summary=f"{counted(len(programs), 'right program')}, {counted(SCHEDULES, 'schedule')}",
        remarks=tuple(remarks),
        not_run=not programs,
    )


def _tried(case: Case) -> frozenset[Program]:
    """Return the right programs that were graded under another setting as well."""
    return frozenset(
        trial.program
        for trial in trials_of(case.programs, case.base)
        if trial.setting != case.base and trial.program.kind in (Kind.REFERENCE, Kind.RIGHT)
    )


def _matters(case: Case, change: Change) -> bool:
    """Tell whether a change is worth a word: a wrong sample may lose more or less within its concepts."""
    base = case.verdict(change.program)
    if change.verdict.reason or base.reason:
        return change.verdict.reason != base.reason
    if change.program.kind is Kind.WRONG:
        return bool(wrong_about(case, change.program, change.verdict)) and not wrong_about(
            case, change.program, base
        )
    return change.verdict.names_lost != base.names_lost


def _is_mixed(setting: Setting, base: Setting) -> bool:
    return setting.seed != base.seed and setting.schedule != base.schedule


def _parts(setting: Setting, base: Setting) -> tuple[Setting, Setting]:
    return replace(setting, schedule=base.schedule), replace(setting, seed=base.seed)


def _sharpened(case: Case, change: Change) -> Change:
    if not _is_mixed(change.setting, case.base):
        return change
    for setting in _parts(change.setting, case.base):
        alone = replace(change, setting=setting, verdict=case.trials.of(change.program, setting))
        if _matters(case, alone):
            return alone
    return change


def _seed_remark(case: Case, change: Change) -> Remark:
    if change.verdict.reason:
        return about(change.program, f"could not be graded with {change.setting}: {change.verdict.reason}")
    if change.program.kind is Kind.WRONG:
        problem = wrong_about(case, change.program, change.verdict)
        return about(change.program, f"with {change.setting}, but not with {case.base}: {problem}")
    if change.setting.repeat:
        when = f"when it is graded a second time with {change.setting}: its tests depend on chance or on each other"
    else:
        when = f"with {change.setting}, though not with {case.base}: {_messages(change.verdict)}"
    return _about_tests(case, change, f"{_fate(case, change)} {when}")


def _schedule_remark(case: Case, change: Change) -> Remark:
    if change.verdict.reason:
        return about(change.program, f"could not be graded under {change.setting}: {change.verdict.reason}")
    gained = not change.verdict.lost
    text = f"{_fate(case, change)} under {change.setting}, though not under the natural one: "
    if gained:
        return _about_tests(case, change, f"{text}it has full marks by luck.")
    return _about_tests(
        case,
        change,
        f"{text}{_messages(change.verdict)} Either this program is only lucky under the natural schedule and is none "
        "of the right ones, or the test asks for an order that nobody has promised.",
    )


def _fate(case: Case, change: Change) -> str:
    verb = "loses" if change.verdict.lost else "does not lose"
    return f"{verb} {listed(change.differs(case))}"


def _messages(verdict: Verdict) -> str:
    return " ".join(f"{test.message or test.outcome.value}." for test in verdict.lost[:2])


def _about_tests(case: Case, change: Change, text: str) -> Remark:
    return failure(text, exercise=change.program.exercise, subject=change.program.title)
