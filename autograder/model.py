"""The frozen values that travel between folders. Points are exact `Decimal`, times are seconds, sizes are bytes."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

REPORT_FORMAT = "autograder/1"

CONCEPTS = (
    "concurrency",
    "ordering",
    "result",
    "output",
    "timing",
    "suspension",
    "cancellation",
    "cleanup",
    "aexit",
    "no-suppress",
    "enter",
    "streaming",
    "rows",
    "main",
    "load",
)
"""What a hidden test may say it is about (its ``concept`` marker)."""

PUBLIC_TESTS = "test_public.py"
"""The tests that students get, one file for all exercises, beside the exercises."""

JAILS = ("bwrap", "landlock", "chroot", "plain")
"""Names of the kinds of jail, strongest first; ``autograder.jail.host.BACKENDS`` has what is behind them."""

AUDITS = ("never", "suspects", "always")
"""Whose audits are held: nobody's, those of submissions with evidence of tampering, everybody's."""

VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")
REVEALS = ("nothing", "concept", "message", "full")


class Outcome(StrEnum):
    """What became of one test."""

    PASSED = "passed"
    FAILED = "failed"
    STUDENT_ERROR = "student_error"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    NOT_RUN = "not_run"
    GRADER_ERROR = "grader_error"


class Status(StrEnum):
    """What became of one submission."""

    GRADED = "graded"
    NOT_GRADED = "not_graded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one test may use up inside the jail. Every one is enforced from outside the student's code."""

    cpu_seconds: float = 2.0
    wall_seconds: float = 10.0
    virtual_seconds: float = 10_000.0
    memory_mb: int = 512
    output_kb: int = 64
    threads: int = 64
    open_files: int = 64
    file_kb: int = 64
    """How long a file may grow that it writes, where it finds one that it may write."""
    messages: int = 20_000
    """What its process may send: answers, calls of the test's functions, and the like."""
    protocol_mb: int = 16
    """All bytes that its process may send."""
    value_kb: int = 256
    """Text and bytes (in thousands of characters) in one value that is returned or passed on."""
    value_items: int = 20_000
    """Items in one such value, those of inner lists, sets and dicts included."""
    value_depth: int = 24
    """How deeply lists, sets and dicts may be nested in one such value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One exercise of an assignment: one student file and one hidden test file."""

    id: str
    title: str
    file: str
    points: Decimal
    defines: tuple[str, ...] = ()
    """Names that the student's file must define; used to recognise a file that was renamed."""

    @property
    def notebook(self) -> str:
        """What the file is called as a notebook."""
        return self.file.removesuffix(".py") + ".ipynb"


LATE_UNITS = ("hour", "day")
"""What lateness is counted in; a day is 24 hours that have passed, whatever clocks were set back in between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePolicy:
    """What handing in late costs. `autograder.lateness` does the arithmetic."""

    unit: str = "day"
    """One of `LATE_UNITS`."""
    percent: Decimal = Decimal(0)
    """Of the points possible, for each unit begun."""
    grace_minutes: int = 0
    """How long after the due date nothing is late yet."""
    slip: int = 0
    """Units that cost nothing."""
    cap_percent: Decimal = Decimal(100)
    """Of the points possible: the most that is taken off."""
    cut_off: int | None = None
    """Units begun after which nothing counts any more; None: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradescopeSettings:
    """How an autograder inside Gradescope goes about its work."""

    leaderboard: bool = False
    """Put the points of the tests that everybody may see on the leaderboard."""
    timeout_minutes: int = 10
    """What the assignment's settings there give its container; grading ends by itself before that."""
    submissions_per_day: int | None = None
    """How many are graded within 24 hours; None: all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One assignment as `autograder.catalogue` read it from ``assignment.toml``."""

    id: str
    title: str
    folder: Path
    solutions: Path
    hidden_tests: Path
    samples: Path | None = None
    """Programs known to be right or wrong, with which the hidden tests are validated."""
    exercises: tuple[Exercise, ...]
    limits: Limits = Limits()
    reveal: str = "message"
    require: str = ""
    """The weakest jail that submissions may be graded in; empty: any that is not ``plain``, or the one named."""
    late: LatePolicy | None = None
    """None: lateness costs nothing."""
    gradescope: GradescopeSettings = GradescopeSettings()

    @property
    def public_tests(self) -> Path:
        """The tests that students get, one file for all exercises."""
        return self.folder / PUBLIC_TESTS

    @property
    def points(self) -> Decimal:
        """Full marks of the assignment."""
        return sum((exercise.points for exercise in self.exercises), Decimal(0))

    def exercise(self, exercise_id: str) -> Exercise:
        """Return the exercise with this id; raise `KeyError` if there is none."""
        for exercise in self.exercises:
            if exercise.id == exercise_id:
                return exercise
        raise KeyError(exercise_id)


ORIGINS = ("", "canvas", "moodle", "gradescope", "classroom50", "nbgrader", "git")
"""Systems that a submission may come from; the empty one is none that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a submission comes from and whose it is there, so that its grade finds the way back. No secrets in it."""

    system: str = ""
    """One of `ORIGINS`."""
    keys: dict[str, str] = field(default_factory=dict)
    """What the student or the submission is called there: ``name``, ``email``, ``sid``, ``login``, ``canvas_user_id``,
    ``canvas_submission_id``, ``canvas_anonymous_id``, ``canvas_name`` (as in the names of files),
    ``moodle_participant``, ``gradescope_submission_id``, ``github_user``. In a group, those of the second member end in
    ``_2``, and so on."""
    submitted_at: str = ""
    """ISO 8601 with an offset; empty if unknown."""
    late: bool | None = None
    attempt: int = 0
    """Counted from 1; 0 if unknown."""

    def __bool__(self) -> bool:
        """Tell whether anything is known."""
        return self != Origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """What became of a notebook: its code cells, joined, are one of a submission's files."""

    name: str
    """What the notebook is called, fit to be shown."""
    cells: tuple[tuple[int, int], ...]
    """For each code cell, the line of the file at which it begins and its number, counted from the top, all kinds."""
    run: tuple[int, ...]
    """Numbers of the cells that are run for the exercise; a notebook may answer others as well."""

    def place(self, line: int) -> tuple[int, int]:
        """Return the number of the cell in which a line of the file lies, and the line within it; (0, 0) for none."""
        index = bisect.bisect_right(self.cells, line, key=lambda cell: cell[0]) - 1
        if index < 0:
            return 0, 0
        first, number = self.cells[index]
        return number, line - first + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What one student handed in, as bytes: nothing here was decoded, compiled or imported."""

    id: str
    files: dict[str, bytes] = field(default_factory=dict)
    """File name (relative, with forward slashes) to content."""
    notebooks: dict[str, Notebook] = field(default_factory=dict)
    """Which of these files are notebooks whose cells were joined."""
    exercises: tuple[str, ...] = ()
    """Ids of the exercises to grade; empty means all of the assignment's."""
    notes: tuple[str, ...] = ()
    """What intake wants the TA to know (files renamed, skipped, too large)."""
    broken: str = ""
    """Why nothing could be read at all (a damaged zip); such a submission is not graded."""
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """One row of the report: one hidden test on one submission."""

    __test__ = False  # pytest would otherwise try to collect it

    name: str
    title: str
    exercise: str
    concept: str
    outcome: Outcome
    score: Decimal
    max_score: Decimal
    message: str = ""
    hint: str = ""
    visibility: str = "hidden"
    reveal: str = "message"
    virtual_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something worth telling about a submission that by itself costs no points."""

    code: str
    concept: str
    exercise: str
    line: int
    message: str
    cell: int = 0
    """In a notebook: the number of the cell in which the line is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A trace of tampering, for a human to judge: it never changes a score."""

    code: str
    exercise: str
    line: int
    """Line of the student's file, 0 if none can be named."""
    message: str
    cell: int = 0
    """In a notebook: the number of the cell in which the line is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseReport:
    """All rows of one exercise."""

    id: str
    title: str
    score: Decimal
    max_score: Decimal
    tests: tuple[TestResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionReport:
    """The verdict on one submission."""

    id: str
    status: Status
    score: Decimal
    max_score: Decimal
    reason: str = ""
    exercises: tuple[ExerciseReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    wall_seconds: float = 0.0
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassReport:
    """The verdicts on all submissions of one run, in name order."""

    assignment: str
    seed: int
    jail: str
    submissions: tuple[SubmissionReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeOptions:
    """How one run grades: the same for every submission of the run."""

    seed: int = 0
    jail: str = "auto"
    python: Path | None = None
    """Interpreter inside the jail; None means the one that runs the grader."""
    tests: Path | None = None
    """Another hidden suite folder; None means the assignment's own."""
    audit: str = "suspects"
    """Which submissions are heard once more on the real clock: one of `AUDITS`."""
    schedule: int = 0
    """What the order of events in a program leaves open is drawn by this number; 0 is the natural order."""
