"""What the doctor found: plain values, for a terminal and for JSON."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What became of one attempt on a jail."""

    HELD = "held"
    FAILED = "failed"
    """The jail promises to hold this off, and has not."""
    KNOWN_LIMIT = "known_limit"
    """It was not held off, and the jail does not promise it."""
    UNTESTED = "untested"
    """The attempt could not be made, so that nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One attempt on one jail."""

    name: str
    tries: str
    """What it tries, in words that go on from "an attempt to"."""
    verdict: Verdict
    detail: str = ""
    """What was seen of it; empty if it was held off."""
    excuse: str = ""
    """Why this jail does not promise to hold it off; empty if it does."""

    @property
    def promised(self) -> bool:
        """Whether this jail promises to hold it off."""
        return not self.excuse


@dataclass(frozen=True, slots=True, kw_only=True)
class JailTrial:
    """All attempts on one jail."""

    name: str
    promise: str
    unavailable: str = ""
    """Why it could not be started; empty if it was."""
    layers: tuple[str, ...] = ()
    """What it said to rest on when it had started."""
    trials: tuple[Trial, ...] = ()
    wall_seconds: float = 0.0

    def of(self, verdict: Verdict) -> tuple[Trial, ...]:
        """Return the attempts with this verdict."""
        return tuple(trial for trial in self.trials if trial.verdict is verdict)

    @property
    def broken(self) -> tuple[Trial, ...]:
        """The attempts that were not shown to be held off, though that is promised."""
        return tuple(each for each in self.trials if each.promised and each.verdict is not Verdict.HELD)

    @property
    def holds(self) -> bool:
        """Whether it was started, and held off everything that it promises to."""
        return not self.unavailable and bool(self.trials) and not self.broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing about the machine or what is installed on it."""

    name: str
    value: bool | int | str | None
    """For programs."""
    text: str
    """For people."""
    advice: str = ""
    """What to do about it; empty if nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """All that was found."""

    wanted: str
    """The jail that was asked for, as in ``--jail``."""
    chosen: str
    """The one that ``grade`` would use; empty if it would refuse to start."""
    refusal: str = ""
    """With what words it would refuse."""
    passed_over: tuple[str, ...] = ()
    """Why each stronger jail is not used."""
    jails: tuple[JailTrial, ...]
    machine: tuple[Fact, ...]
    packages: tuple[Fact, ...]
    advice: tuple[str, ...] = ()

    @property
    def jail(self) -> JailTrial | None:
        """The trial of the jail that would be used."""
        return next((jail for jail in self.jails if jail.name == self.chosen), None)

    @property
    def holds(self) -> bool:
        """Whether there is a jail to grade in, and it holds all that it promises."""
        return self.jail is not None and self.jail.holds
