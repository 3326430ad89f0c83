"""What a class has handed in: read from all paths, named by the roster, and of each student the attempts that count."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from autograder.intake.attempts import (
    ALL,
    LATEST,
    Attempt,
    check_attempts,
    identity,
    in_order,
    keep_latest,
    number_all,
    without_copies,
)
from autograder.intake.exports import AUTO, check_source
from autograder.intake.found import Found, with_unique_ids
from autograder.intake.paths import read_found
from autograder.intake.people import members
from autograder.intake.roster import Roster, read_roster
from autograder.model import Assignment, Submission


def _silent(text: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How paths are read as submissions."""

    source: str = AUTO
    """The system that they come from; ``auto`` recognises it, ``none`` takes all for ordinary folders and archives."""
    roster: Path | None = None
    """A table of the class."""
    attempts: str = LATEST
    """Which attempts of one student count: the latest, the best, or all of them, as submissions of their own."""

    def check(self) -> None:
        """Raise `UsageError` for what there is not."""
        check_source(self.source)
        check_attempts(self.attempts)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """The submissions to grade, with unique ids, in their order."""

    submissions: tuple[Submission, ...]
    best_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of a student of whose attempts the best counts: the ids of all of them, the last one at the end."""


def read_handed_in(
    paths: Sequence[Path],
    assignment: Assignment,
    reading: Reading,
    *,
    leave_out: Path | None = None,
    warn: Callable[[str], None] = _silent,
    tell: Callable[[str], None] = _silent,
) -> HandedIn:
    """Return all that is to be graded. ``warn`` hears of what is odd or left out, ``tell`` of what was recognised.

    Raise `IntakeError` for what cannot be read or counted, `UsageError` for a roster that is none.
    """
    reading.check()
    roster = None if reading.roster is None else read_roster(reading.roster)
    found = read_found(paths, assignment, source=reading.source, leave_out=leave_out, warn=warn, tell=tell)
    students = _by_student(found, roster, warn)
    if roster is None:
        _warn_of_overlap(students, warn)
    single = [items[0] for items in students.values() if len(items) == 1]
    several = [items for items in students.values() if len(items) > 1]
    kept, more, best = _count(several, reading.attempts, warn)
    unique = with_unique_ids([*single, *kept, *more])
    ids = {
        place.origin: submission.id for place, submission in zip([*single, *kept, *more], unique, strict=True)
    }
    attempted = {place for places in best.values() for place in places}
    taken = {submission_id for origin, submission_id in ids.items() if origin not in attempted}
    best_of: dict[str, tuple[str, ...]] = {}
    for student, places in best.items():
        best_of[_unlike(student, taken | set(best_of))] = tuple(ids[place] for place in places)
    return HandedIn(submissions=tuple(sorted(unique, key=lambda submission: submission.id)), best_of=best_of)


def _by_student(
    found: Sequence[Found], roster: Roster | None, warn: Callable[[str], None]
) -> dict[Hashable, list[Found]]:
    """Return what was found by whose it is; what is nobody's attempt stands alone."""
    students: dict[Hashable, list[Found]] = defaultdict(list)
    lines_of: dict[int, list[str]] = defaultdict(list)
    named: set[str] = set()
    for item in found:
        submission = item.submission
        who: Hashable = identity(submission)
        if roster is not None:
            lines, problems = roster.find(submission)
            for problem in problems:
                warn(f"{submission.id}: {problem}")
                submission = replace(submission, notes=(*submission.notes, f"not in the roster: {problem}"))
            submission = roster.named(submission, lines)
            for line in lines:
                lines_of[line].append(submission.id)
            if lines and not problems:
                who = lines
                named.add(submission.id)
        students[item.origin if who is None else who].append(replace(item, submission=submission))
    for who, items in students.items():
        if not isinstance(who, frozenset):
            students[who] = [_beside(item, named) for item in items]
    if roster is not None:
        roster.warn_of(frozenset(lines_of), warn)
        for line, ids in lines_of.items():
            if len(ids) > 1:
                warn(f"{roster.rows[line].id}: handed in {len(ids)} times: {', '.join(ids)}")
    return students


def _warn_of_overlap(students: Mapping[Hashable, Sequence[Found]], warn: Callable[[str], None]) -> None:
    """Tell who has handed in with one group and with another, or alone: these are no attempts of one."""
    ids: dict[str, dict[Hashable, str]] = defaultdict(dict)
    for who, items in students.items():
        submission = items[0].submission
        for member in members(submission.origin.keys) if submission.origin.system == "gradescope" else ():
            called = member.get("sid") or member.get("email")
            if called:
                ids[called][who] = submission.id
    for called, several in ids.items():
        if len(several) > 1:
            warn(f"{called}: has handed in with several groups: {', '.join(several.values())}")


def _beside(item: Found, named: Container[str]) -> Found:
    """Return what is in no line of the roster under a name that is nobody's there."""
    submission = item.submission
    if submission.id not in named:
        return item
    return replace(item, submission=replace(submission, id=f"{submission.id} (not in the roster)"))


def _unlike(name: str, others: Container[str]) -> str:
    """Return a name that no other has."""
    names = itertools.chain([name], (f"{name} ({number})" for number in itertools.count(2)))
    return next(each for each in names if each not in others)


def _count(
    students: Sequence[Sequence[Found]], attempts: str, warn: Callable[[str], None]
) -> tuple[list[Found], list[Found], dict[str, list[str]]]:
    """Return what counts, what else is to be graded, and the places of the attempts of which the best counts."""
    once: list[Found] = []
    again: dict[str, list[Attempt]] = {}
    for items in students:
        tries = [
            Attempt(place=_short(item.origin), submission=item.submission, origin=item.origin)
            for item in items
        ]
        kept, copies = without_copies(tries)
        if copies:
            places = " and ".join(each.place for each in tries)
            warn(f"{kept[0].submission.id}: the same in {places}: counted once")
        if len(kept) > 1:
            kept = in_order(kept) or kept
            again[_unlike(kept[-1].submission.id, again)] = kept
        else:
            once.append(_found(kept[0]))
    if attempts == LATEST:
        return once, [_found(each) for each in keep_latest(again, warn)], {}
    numbered = {student: number_all(student, tries) for student, tries in again.items()}
    for student, tries in numbered.items():
        warn(f"{student}: {len(tries)} attempts, {', '.join(each.when for each in tries)}: all are graded")
    more = [_found(each) for tries in numbered.values() for each in tries]
    best = (
        {} if attempts == ALL else {student: [e.origin for e in tries] for student, tries in numbered.items()}
    )
    return once, more, best


def _found(attempt: Attempt) -> Found:
    return Found(origin=attempt.origin, submission=attempt.submission)


def _short(origin: str) -> str:
    """Return the name of the path in which a submission was found."""
    return PurePosixPath(origin).parent.name
