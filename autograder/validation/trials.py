"""What becomes of programs when they are graded: many at once, and none twice.

Several programs share a jail. One that names the file of another exercise, and one that could not be graded beside
others, is graded by itself, with the references of the other exercises beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from autograder.engines import grade_all
from autograder.engines.local import WORKER
from autograder.grading.batch import SEPARATOR, Choice, folder
from autograder.model import (
    Assignment,
    GradeOptions,
    Outcome,
    Status,
    Submission,
    SubmissionReport,
    TestResult,
)
from autograder.validation.programs import Program

_WORKER = (*WORKER[:-1], "autograder.validation.worker")


@dataclass(frozen=True, slots=True, order=True)
class Setting:
    """What a program is graded under."""

    seed: int
    schedule: int = 0
    repeat: int = 0
    """Counts times that the very same thing is done again."""

    def __str__(self) -> str:
        return f"seed {self.seed}" + (f", schedule {self.schedule}" if self.schedule else "")

    @property
    def code(self) -> str:
        """Return it as the beginning of a submission's id; `setting_of` reads it."""
        return f"{self.seed}/{self.schedule}/{self.repeat}"


def setting_of(submission_id: str) -> Setting:
    """Return the setting under which a submission with this id is to be graded."""
    seed, schedule, repeat, _ = submission_id.split("/")
    return Setting(int(seed), int(schedule), int(repeat))


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A program under a setting."""

    program: Program
    setting: Setting
    only: tuple[str, ...] | None = None
    """The names of the tests to be run, in that order; None: all, in that of the suite."""
    enough: int = 0
    """After so many tests that were not passed no more are run; 0: all are. With ``only``."""
    like: Program | None = None
    """A program that was graded before, and about which the other tests say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a trial came to: a row for each test of the exercise, or the reason why it could not be graded."""

    tests: tuple[TestResult, ...] = ()
    reason: str = ""
    traces: Mapping[str, str] = field(default_factory=dict)
    """Test to a fingerprint of all that the program has said in it: its answers, its prints, its timeline."""
    unfinished: bool = False
    """Enough tests were lost before all were run; among the ``tests`` are only those that were run."""

    def differs_in(self, other: Verdict) -> frozenset[str]:
        """Return the tests in which the two programs said or did something else, whether or not it was looked at."""
        return frozenset(test for test, trace in self.traces.items() if other.traces.get(test) != trace)

    @property
    def lost(self) -> tuple[TestResult, ...]:
        """The tests that were not passed."""
        return tuple(test for test in self.tests if test.outcome is not Outcome.PASSED)

    @property
    def names_lost(self) -> frozenset[str]:
        """The names of the tests that were not passed."""
        return frozenset(test.name for test in self.lost)

    @property
    def concepts_lost(self) -> frozenset[str]:
        """The concepts of the tests that were not passed."""
        return frozenset(test.concept for test in self.lost)


_MOST = 12
"""Programs in one jail: so many that its start costs little, so few that all workers end at about the same time."""

_Key = tuple[Setting, str, bytes, tuple[tuple[str, bytes], ...]]
"""Trials with the same key have the same verdict."""


class Trials:
    """Grades, and remembers."""

    def __init__(
        self, assignment: Assignment, options: GradeOptions, jobs: int, advance: Callable[[int, int], None]
    ) -> None:
        """``advance`` hears how many programs of how many are done."""
        self.assignment = assignment
        self.expected = 0
        """How many programs will have been graded at the end, as far as is known."""
        self._options = options
        self._jobs = jobs
        self._advance = advance
        self._done = 0
        self._verdicts: dict[_Key, Verdict] = {}
        self._stems = {exercise.id: PurePath(exercise.file).stem for exercise in assignment.exercises}
        self._reference = {
            exercise.file: path.read_bytes()
            for exercise in assignment.exercises
            if (path := assignment.solutions / exercise.file).is_file()
        }

    def grade(self, trials: Iterable[Trial]) -> None:
        """Grade what was not graded before. Raises what `autograder.engines.grade_all` raises."""
        new: dict[_Key, Trial] = {}
        for trial in trials:
            key = _key(trial)
            if key not in self._verdicts:
                new.setdefault(key, trial)
        self._run(list(self._batches(list(new.values()))))
        alone = [trial for trial in new.values() if self._was_held_back(trial)]
        self._done -= len(alone)
        self._run([[trial] for trial in alone])

    def complete(self, trials: Iterable[Trial]) -> None:
        """Grade again, with all of their tests, those whose verdict is unfinished."""
        unfinished = [trial for trial in trials if self._verdicts[_key(trial)].unfinished]
        for trial in unfinished:
            del self._verdicts[_key(trial)]
        self._done -= len(unfinished)
        self.grade(replace(trial, enough=0) for trial in unfinished)

    def of(self, program: Program, setting: Setting) -> Verdict:
        """Return the verdict on a program that was graded under a setting; raise `KeyError` if it was not."""
        return self._verdicts[_key(Trial(program, setting))]

    def _was_held_back(self, trial: Trial) -> bool:
        return bool(self._verdicts[_key(trial)].reason)

    def _run(self, batches: Sequence[Sequence[Trial]]) -> None:
        if not batches:
            return
        submissions: dict[str, Sequence[Trial]] = {}
        waiting = []
        for number, batch in enumerate(sorted(batches, key=lambda each: each[0].setting)):
            submission = self._submission(f"{batch[0].setting.code}/{number}", batch)
            submissions[submission.id] = batch
            waiting.append(submission)

        def take(report: SubmissionReport) -> None:
            batch = submissions[report.id]
            for trial, verdict in zip(batch, _verdicts(report, len(batch)), strict=True):
                self._verdicts[_key(trial)] = self._completed(trial, verdict)
            self._done += len(batch)
            self._advance(self._done, max(self.expected, self._done))

        grade_all(self.assignment, waiting, self._options, self._jobs, take, command=_WORKER)

    def _completed(self, trial: Trial, verdict: Verdict) -> Verdict:
        """Return the verdict with the rows of the reference for the tests that were not run."""
        if trial.like is None or trial.only is None or verdict.reason:
            return verdict
        if len(verdict.tests) < len(trial.only):
            return replace(verdict, unfinished=True)
        reference = self.of(trial.like, trial.setting)
        own = {test.name: test for test in verdict.tests}
        return Verdict(
            tests=tuple(own.get(test.name, test) for test in reference.tests),
            traces={**reference.traces, **verdict.traces},
        )

    def _submission(self, submission_id: str, batch: Sequence[Trial]) -> Submission:
        """Return a batch as `autograder.grading.batch` wants it."""
        files = dict(batch[0].program.beside)
        if len(batch) == 1:
            files |= self._reference
        at_the_top = bool(files)
        for number, trial in enumerate(batch):
            file = self.assignment.exercise(trial.program.exercise).file
            files[file if at_the_top else f"{folder(number)}/{file}"] = trial.program.content
        return Submission(
            id=submission_id,
            files=files,
            exercises=tuple(trial.program.exercise for trial in batch),
            notes=tuple(
                Choice(trial.enough, trial.only).note(number)
                for number, trial in enumerate(batch)
                if trial.only is not None
            ),
        )

    def _batches(self, trials: Sequence[Trial]) -> Iterator[list[Trial]]:
        """Yield groups of trials that can share a jail: of one setting, alone or with the same files beside them."""
        groups: defaultdict[object, list[Trial]] = defaultdict(list)
        for trial in trials:
            if self._names_another_file(trial.program):
                yield [trial]
            else:
                beside = _beside(trial.program)
                # With modules beside them they lie at the top, where only one program has room for each exercise.
                groups[trial.setting, beside, trial.program.name if beside else ""].append(trial)
        for group in groups.values():
            yield from (group[start : start + _MOST] for start in range(0, len(group), _MOST))

    def _names_another_file(self, program: Program) -> bool:
        others = [stem for exercise, stem in self._stems.items() if exercise != program.exercise]
        return any(stem.encode() in program.content for stem in others)


def _key(trial: Trial) -> _Key:
    program = trial.program
    return trial.setting, program.exercise, program.content, _beside(program)


def _beside(program: Program) -> tuple[tuple[str, bytes], ...]:
    return tuple(sorted(program.beside.items()))


def _verdicts(report: SubmissionReport, count: int) -> Iterator[Verdict]:
    """Yield the verdict on each program of a batch."""
    if report.status is Status.NOT_GRADED:
        yield from [Verdict(reason=report.reason)] * count
        return
    traces: list[dict[str, str]] = [{} for _ in range(count)]
    for note in report.notes:
        place, test, trace = note.split(SEPARATOR)
        traces[int(place)][test] = trace
    for number, exercise in enumerate(report.exercises):
        errors = [test for test in exercise.tests if test.outcome is Outcome.GRADER_ERROR]
        reason = f"{errors[0].name}: {errors[0].message}" if errors else ""
        yield Verdict(tests=() if reason else exercise.tests, reason=reason, traces=traces[number])
