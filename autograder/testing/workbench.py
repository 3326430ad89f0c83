"""One submission on the bench: its jail, the files in it, and what is known already about loading them."""

from __future__ import annotations

import time
from typing import Any

from autograder.errors import GraderError
from autograder.jail.host import Child, Interpreter, Jail
from autograder.jail.limits import JailLimits
from autograder.jail.protocol import ChannelClosed, ChannelTimeout, ProtocolError
from autograder.model import Exercise, Limits, Submission

from .failures import FileMissing, StudentFailure, StudentRaised, StudentTooSlow, where_raised

MAX_JAILS = 3
"""Jails started for one submission before its remaining tests are given up."""

MAX_STUCK = 8
"""Tests of one exercise that may run into a time limit before the rest of them is not tried any more."""


MAX_WALLS = 4
"""The tests of one exercise may take this many times the wall limit of one together before the rest is not tried."""


class Workbench:
    """Starts a fresh child for each test of one submission. Use as a context manager."""

    def __init__(
        self,
        submission: Submission,
        backend: str,
        interpreter: Interpreter,
        limits: Limits,
        schedule: int = 0,
    ) -> None:
        self.submission = submission
        self.limits = limits
        self._jail = Jail(backend, interpreter, schedule)
        self._started = 0
        self._load_failures: dict[str, BaseException] = {}
        self._stuck: dict[str, int] = {}
        self._begun = ("", 0.0)
        self._taken: dict[str, float] = {}

    def start(self, exercise: Exercise, limits: JailLimits) -> Child:
        """Return a child for one test; raises a `StudentFailure` when there is no use in starting one."""
        if exercise.file not in self.submission.files:
            found = ", ".join(sorted(self.submission.files)[:8]) or "nothing"
            raise FileMissing(f"{exercise.file} was not handed in; the submission holds {found}")
        if self._stuck.get(exercise.id, 0) >= MAX_STUCK:
            raise StudentTooSlow(
                f"not tried: {MAX_STUCK} tests of this exercise ran into a time limit already"
            )
        self._check_time(exercise, max(limits.wall_seconds, self.limits.wall_seconds))
        while True:
            try:
                if not self._started:
                    self._restart()
                return self._jail.fork(limits)
            except (ChannelClosed, ChannelTimeout, ProtocolError):
                if self._started >= MAX_JAILS:
                    raise GraderError(
                        f"the jail died {MAX_JAILS} times, and not by what a test did. Is the machine out of memory?"
                    ) from None
                self._restart()

    def _check_time(self, exercise: Exercise, wall_seconds: float) -> None:
        """Give up an exercise whose tests have kept the grader waiting for too long together, each a little."""
        now = time.monotonic()
        last, begun = self._begun
        if last:
            self._taken[last] = self._taken.get(last, 0.0) + now - begun
        self._begun = (exercise.id, now)
        most = MAX_WALLS * wall_seconds
        if self._taken.get(exercise.id, 0.0) > most:
            raise StudentTooSlow(
                f"not tried: the tests of this exercise have taken more than {most:g} s of real time already"
            )

    def _restart(self) -> None:
        self._jail.close()
        self._started += 1
        self._jail.start(dict(self.submission.files), self.submission.notebooks)

    def remember_load(self, exercise: Exercise, failure: BaseException) -> None:
        """Note that a file cannot be loaded, so that it is not tried for every test."""
        if isinstance(failure, (StudentFailure, StudentRaised)) or where_raised(failure) is not None:
            self._load_failures.setdefault(exercise.id, failure)

    def remember(self, exercise: Exercise, failure: Exception | None) -> None:
        """Note how a test's process ended, so that an exercise does not run into its time limits for ever."""
        if isinstance(failure, StudentTooSlow):
            self._stuck[exercise.id] = self._stuck.get(exercise.id, 0) + 1

    def load_failure(self, exercise: Exercise) -> BaseException | None:
        """Return why the exercise's file could not be loaded, if an earlier test has found that out."""
        return self._load_failures.get(exercise.id)

    @property
    def flags(self) -> list[Any]:
        """Red flags in the submission's files, as the jail has listed them: unchecked; none if no jail was needed."""
        return self._jail.flags

    def close(self) -> None:
        """End the jail."""
        self._jail.close()

    def __enter__(self) -> Workbench:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


__all__ = ["StudentFailure", "Workbench"]
