"""Several attempts of one student: which of them counts.

What was handed in later is told by the time at which it was handed in, or by the number of the attempt. Where neither
tells, nobody guesses.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from autograder.errors import IntakeError, UsageError
from autograder.model import Status, Submission, SubmissionReport

LATEST, BEST, ALL = "latest", "best", "all"
ATTEMPTS = (LATEST, BEST, ALL)

_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One submission of a student."""

    origin: str
    """Unique: where it was found."""
    place: str
    """What it was found in, for people."""
    submission: Submission

    @property
    def when(self) -> str:
        """What tells it from the others, for people."""
        origin = self.submission.origin
        if origin.submitted_at:
            return f"of {origin.submitted_at}"
        return f"number {origin.attempt}" if origin.attempt else f"in {self.place}"


def check_attempts(attempts: str) -> None:
    """Raise `UsageError` if there is no such way to count."""
    if attempts not in ATTEMPTS:
        close = difflib.get_close_matches(attempts, ATTEMPTS, n=1, cutoff=0.5)
        meant = f"Did you mean {close[0]}? " if close else ""
        raise UsageError(f"--attempts {attempts}: {meant}It is one of {', '.join(ATTEMPTS)}.")


def identity(submission: Submission) -> tuple[str, ...] | None:
    """Return by what attempts of the same student are told to be so; None where nothing tells."""
    origin = submission.origin
    if not origin.system:
        return None
    keys = origin.keys
    for key in ("canvas_user_id", "canvas_anonymous_id", "moodle_participant", "login", "github_user"):
        if key in keys:
            return (origin.system, key, keys[key])
    for key in ("sid", "email", "name"):
        if key in keys:
            same = sorted(value for each, value in keys.items() if each == key or each.startswith(f"{key}_"))
            return (origin.system, key, *same)
    return (origin.system, "id", submission.id)


def without_copies(attempts: Sequence[Attempt]) -> tuple[list[Attempt], list[Attempt]]:
    """Return the attempts that differ, and those that are another one once more: it lies in two exports."""
    kept: list[Attempt] = []
    copies: list[Attempt] = []
    for attempt in attempts:
        same = any(_same(attempt.submission, each.submission) for each in kept)
        (copies if same else kept).append(attempt)
    return kept, copies


def _same(one: Submission, other: Submission) -> bool:
    return (
        one.files == other.files
        and one.broken == other.broken
        and (one.origin.submitted_at, one.origin.attempt) == (other.origin.submitted_at, other.origin.attempt)
    )


def in_order(attempts: Sequence[Attempt]) -> list[Attempt] | None:
    """Return the attempts, the last one at the end; None if it cannot be told which that is."""
    orders = []
    times = [_moment(each.submission.origin.submitted_at) for each in attempts]
    if None not in times and len(set(times)) == len(times):
        orders.append(
            sorted(attempts, key=lambda each: datetime.fromisoformat(each.submission.origin.submitted_at))
        )
    numbers = [each.submission.origin.attempt for each in attempts]
    if all(numbers) and len(set(numbers)) == len(numbers):
        orders.append(sorted(attempts, key=lambda each: each.submission.origin.attempt))
    if not orders or any(order != orders[0] for order in orders):
        return None
    return orders[0]


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if found.tzinfo is None else found


def keep_latest(students: Mapping[str, Sequence[Attempt]], warn: Callable[[str], None]) -> list[Attempt]:
    """Return of each student the attempt that was handed in last; raise `IntakeError` where nothing tells."""
    kept = []
    unclear = []
    for student, attempts in students.items():
        ordered = in_order(attempts)
        if ordered is None:
            unclear.append(f"{student} ({', '.join(sorted(each.when for each in attempts))})")
            continue
        last = ordered[-1]
        earlier = ", ".join(each.when for each in ordered[:-1])
        note = f"{len(ordered)} attempts: the last one counts, {last.when}; not the one {earlier}"
        warn(f"{student}: {note}")
        kept.append(replace(last, submission=_noted(last.submission, note)))
    if unclear:
        more = len(unclear) - _SHOWN
        raise IntakeError(
            f"handed in more than once, and nothing tells which attempt is the last: {'; '.join(unclear[:_SHOWN])}"
            f"{f'; and {more} more' if more > 0 else ''}. Leave out the one that does not count, or say "
            "--attempts best (the highest score counts) or --attempts all (a report for each)."
        )
    return kept


def number_all(student: str, attempts: Sequence[Attempt]) -> list[Attempt]:
    """Return all attempts of a student, each with an id and a note of its own."""
    ordered = in_order(attempts)
    if ordered is None:
        note = f"one of {len(attempts)} attempts, {{}}; which was the last is unknown"
        return [
            replace(each, submission=_noted(each.submission, note.format(each.when))) for each in attempts
        ]
    told_apart = len({each.submission.id for each in attempts}) == len(attempts)
    numbered = []
    for number, each in enumerate(ordered, 1):
        submission = _noted(each.submission, f"attempt {number} of {len(ordered)}, {each.when}")
        if not told_apart:
            submission = replace(submission, id=f"{student}-attempt{number}")
        numbered.append(replace(each, submission=submission))
    return numbered


def best_of(student: str, reports: Sequence[SubmissionReport]) -> SubmissionReport:
    """Return the report with the highest score, of several the last, in the name of the student.

    ``reports`` are those of all attempts, in the order in which they were handed in. What could not be graded does not
    count as long as another one could.
    """
    graded = [report for report in reports if report.status is Status.GRADED]
    best = max(reversed(graded), key=lambda report: report.score) if graded else reports[-1]
    others = [f"{report.id}: {_outcome(report)}" for report in reports if report is not best]
    note = (
        f"{len(reports)} attempts: {best.id} counts, with the highest score; the others: {'; '.join(others)}"
    )
    return replace(best, id=student, notes=(note, *best.notes))


def _outcome(report: SubmissionReport) -> str:
    return str(report.score) if report.status is Status.GRADED else f"not graded, {report.reason}"


def _noted(submission: Submission, note: str) -> Submission:
    return replace(submission, notes=(note, *submission.notes))
