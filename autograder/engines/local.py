"""Grade with worker processes of this machine: one thread, one selector, each worker gets the next when it is done."""

from __future__ import annotations

import logging
import os
import selectors
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder import errors
from autograder.engines.process import WorkerProcess
from autograder.engines.wire import WireError, decode, from_line, to_line
from autograder.errors import GraderError, UsageError
from autograder.model import Assignment, GradeOptions, Submission, SubmissionReport
from autograder.scoring import score_submission

WORKER = (sys.executable, "-P", "-m", "autograder.engines.worker")

GUARD_SECONDS = 300.0
GUARD_TESTS = 100
"""A submission may take as long as this many tests that all run into their wall limit, and at least `GUARD_SECONDS`.

Each test has limits of its own; this guard only catches a grading process that is itself stuck."""

_ATTEMPTS = 2
_GOODBYE_SECONDS = 10.0
_LAST_BREATH_SECONDS = 1.0
"""Between the end of a worker's output and its end, so that its own exit status is seen."""

_log = logging.getLogger(__name__)


def grade_all(
    assignment: Assignment,
    submissions: Sequence[Submission],
    options: GradeOptions,
    jobs: int,
    on_report: Callable[[SubmissionReport], None],
    *,
    command: Sequence[str] = WORKER,
    guard_seconds: float | None = None,
) -> None:
    """Grade all submissions with ``jobs`` workers; call ``on_report`` once for each, in the order of completion.

    A submission whose worker dies is tried once more in a fresh one and is then not graded; the others go on.
    Raise `autograder.errors.ConfigurationError` when a worker finds the suite broken, `GraderError` when no worker
    can be started at all. On any exception, `KeyboardInterrupt` too, all workers and their jails are killed at once.
    """
    if guard_seconds is None:
        guard_seconds = max(GUARD_SECONDS, GUARD_TESTS * assignment.limits.wall_seconds)
    for submission in submissions:
        if submission.broken:
            on_report(_not_graded(assignment, submission, submission.broken))
    waiting = [submission for submission in submissions if not submission.broken]
    slots = [
        _Slot(command, to_line({"assignment": assignment, "options": options, "cpu": cpu}))
        for cpu in _choose_cpus(min(jobs, len(waiting)))
    ]
    engine = _Engine(assignment, waiting, slots, guard_seconds, on_report)
    try:
        engine.run()
        engine.finish()
    except BaseException:
        engine.kill()
        raise


def _choose_cpus(jobs: int) -> list[int | None]:
    """Return for each worker the CPU that it and its jails stay on; None where they cannot be bound."""
    if not hasattr(os, "sched_getaffinity"):
        return [None] * jobs
    cpus = sorted(os.sched_getaffinity(0))
    return [cpus[index % len(cpus)] for index in range(jobs)]


def _not_graded(assignment: Assignment, submission: Submission, reason: str) -> SubmissionReport:
    return score_submission(
        assignment,
        submission.id,
        (),
        reason=reason,
        notes=submission.notes,
        exercises=submission.exercises,
        origin=submission.origin,
    )


@dataclass(slots=True)
class _Job:
    submission: Submission
    attempts: int = 0


class _Slot:
    """The place of one worker: the process comes and goes, its CPU (which stands in the header) stays."""

    def __init__(self, command: Sequence[str], header: bytes) -> None:
        self._command = command
        self._header = header
        self.process: WorkerProcess | None = None
        self.job: _Job | None = None
        self.deadline = 0.0

    def start(self, job: _Job, guard_seconds: float) -> WorkerProcess:
        """Give a job to the worker of this place; start one if there is none."""
        if self.process is None:
            self.process = WorkerProcess(self._command)
            self.process.send(self._header)
        job.attempts += 1
        self.job = job
        self.deadline = time.monotonic() + guard_seconds
        self.process.send(to_line({"submission": job.submission}))
        return self.process


class _Engine:
    def __init__(
        self,
        assignment: Assignment,
        submissions: Sequence[Submission],
        slots: Sequence[_Slot],
        guard_seconds: float,
        on_report: Callable[[SubmissionReport], None],
    ) -> None:
        self._assignment = assignment
        self._waiting = deque(_Job(submission) for submission in submissions)
        self._slots = slots
        self._guard_seconds = guard_seconds
        self._on_report = on_report
        self._selector = selectors.DefaultSelector()
        self._one_was_ready = False

    def run(self) -> None:
        """Grade until nothing waits and nobody works."""
        while True:
            for slot in self._slots:
                if slot.job is None and self._waiting:
                    self._start(slot)
            busy = [slot for slot in self._slots if slot.job is not None]
            if not busy:
                return
            timeout = min(slot.deadline for slot in busy) - time.monotonic()
            for key, mask in self._selector.select(max(0.0, timeout)):
                slot = key.data
                if slot.process is None:
                    continue  # it was stopped while its other pipe was handled
                if mask & selectors.EVENT_WRITE:
                    self._flush(slot)
                else:
                    self._receive(slot)
            for slot in busy:
                if slot.job is not None and time.monotonic() >= slot.deadline:
                    self._give_up_silent(slot)

    def kill(self) -> None:
        """End all workers at once."""
        processes = [slot.process for slot in self._slots if slot.process is not None]
        for process in processes:
            process.kill_group()
        for process in processes:
            process.stop()
            process.take_log()
        self._selector.close()

    def finish(self) -> None:
        """Let all workers end by themselves, so that what they set up is cleared away."""
        for slot in self._slots:
            if slot.process is not None:
                slot.process.close_input()
        for slot in self._slots:
            if slot.process is not None:
                self._forget(slot, slot.process.stop(_GOODBYE_SECONDS))
        self._selector.close()

    def _start(self, slot: _Slot) -> None:
        fresh = slot.process is None
        process = slot.start(self._waiting.popleft(), self._guard_seconds)
        if fresh:
            self._selector.register(process.output_fd, selectors.EVENT_READ, slot)
        if process.has_unsent:
            self._selector.register(process.input_fd, selectors.EVENT_WRITE, slot)

    def _flush(self, slot: _Slot) -> None:
        assert slot.process is not None
        slot.process.flush()
        if not slot.process.has_unsent:
            self._selector.unregister(slot.process.input_fd)

    def _receive(self, slot: _Slot) -> None:
        assert slot.process is not None
        lines, ended = slot.process.receive()
        patience = _LAST_BREATH_SECONDS
        try:
            for line in lines:
                self._take(slot, from_line(line))
        except WireError as error:
            _log.warning("a grading process broke the protocol: %s", error)
            ended, patience = True, 0.0
        if ended and slot.process is not None:
            self._lose(slot, slot.process.stop(patience))

    def _take(self, slot: _Slot, message: dict[str, object]) -> None:
        if slot.process is None:
            return  # it went wrong one line before
        match message:
            case {"ready": True}:
                self._one_was_ready = True
            case {"report": plain} if slot.job is not None:
                report = decode(SubmissionReport, plain)
                if report.id != slot.job.submission.id:
                    raise WireError(f"a report for {report.id!r} where {slot.job.submission.id!r} was graded")
                slot.job = None
                self._on_report(report)
            case {"error": str(name), "message": str(text)}:
                kind = getattr(errors, name, GraderError)
                if issubclass(kind, UsageError):
                    raise kind(text)  # the suite or a setting is wrong: so it is for all submissions
                slot.process.stop()
                self._lose(slot, f"said: {text}")
            case _:
                raise WireError(f"unexpected: {sorted(message)}")

    def _give_up_silent(self, slot: _Slot) -> None:
        assert slot.process is not None
        assert slot.job is not None
        job, slot.job = slot.job, None
        self._lose(slot, slot.process.stop())
        reason = f"grading it gave no sign of life for {self._guard_seconds:g} s and was stopped"
        self._on_report(_not_graded(self._assignment, job.submission, reason))

    def _lose(self, slot: _Slot, how: str) -> None:
        """Clear away a worker that is gone; its submission is tried once more, then it is not graded."""
        job, slot.job = slot.job, None
        log = self._forget(slot, how)
        if job is None:
            return
        if job.attempts < _ATTEMPTS:
            self._waiting.appendleft(job)
            return
        if not self._one_was_ready:
            raise GraderError(f"no grading process can be started: it {how}\n{log}".rstrip())
        reason = f"the grading process {how}, twice"
        self._on_report(_not_graded(self._assignment, job.submission, reason))

    def _forget(self, slot: _Slot, how: str) -> str:
        """Let go of a worker; one that did not end by itself leaves its last words in the log."""
        process, slot.process = slot.process, None
        assert process is not None
        for fd in (process.input_fd, process.output_fd):
            try:
                self._selector.unregister(fd)
            except KeyError:
                pass  # it was not being watched
        log = process.take_log()
        if how != "ended with exit status 0":
            _log.warning("a grading process %s%s", how, f"; its last words:\n{log}" if log else "")
        return log
