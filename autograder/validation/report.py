"""What a validation found: steps that hold or do not, and who catches whom."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Level(StrEnum):
    """How much a remark weighs."""

    FAILURE = "failure"
    """The exercise is not sound; the command says so by its exit code."""
    ADVICE = "advice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing worth telling the instructor."""

    level: Level
    text: str
    """What is wrong, and what to do."""
    exercise: str = ""
    subject: str = ""
    """What it is about: a test, a program, a file."""
    diff: str = ""
    """How a program differs from the reference."""


class State(StrEnum):
    """What became of a step."""

    HOLDS = "holds"
    FAILS = "fails"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One promise about an exercise."""

    name: str
    title: str
    summary: str
    """What was looked at, in numbers."""
    remarks: tuple[Remark, ...] = ()
    not_run: bool = False

    @property
    def state(self) -> State:
        """Tell whether the promise holds; a step that was not run says in its remarks why."""
        if any(remark.level is Level.FAILURE for remark in self.remarks):
            return State.FAILS
        return State.NOT_RUN if self.not_run else State.HOLDS


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRow:
    """What a hidden test is good for."""

    __test__ = False  # pytest would otherwise try to collect it

    name: str
    title: str
    concept: str
    points: Decimal
    catches: int
    """Wrong programs that lose on it, among those on which it was run."""
    alone: int
    """Wrong programs that lose on no other test."""
    needed: int
    """Wrong programs about which something else would be reported without it; those caught `alone` are among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRow:
    """Which tests catch a wrong program."""

    name: str
    kind: str
    caught_by: tuple[int, ...]
    """Indexes into the tests of its exercise."""
    loses: tuple[str, ...] = ()
    """Concepts that a sample is to lose on, as its first line says."""
    waived: str = ""
    """Why it need not be caught."""
    unfinished: bool = False
    """Others may catch it as well: when enough had done so no more were run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The hidden tests of one exercise against all wrong programs."""

    exercise: str
    title: str
    tests: tuple[TestRow, ...]
    programs: tuple[ProgramRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """All that was found about one assignment."""

    assignment: str
    title: str
    seed: int
    jail: str
    steps: tuple[Step, ...]
    matrices: tuple[Matrix, ...] = ()
    blocked: bool = False
    """Nothing could be graded, since the configuration or the suite is broken."""
    programs: int = 0
    """Programs that were graded, the same one under several settings counted so often."""
    wall_seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Tell whether every promise holds."""
        return not self.blocked and all(step.state is not State.FAILS for step in self.steps)
