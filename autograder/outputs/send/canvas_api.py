"""``canvas-api``: scores, comments and feedback files into an assignment of Canvas.

Canvas gives the score first and writes the comment afterwards, so a request that broke off may have done the one and
not the other. What is there is therefore looked up in two parts: the score as it was entered (Canvas shows less where
its own policy deducts for lateness), and the comment by its mark. One request for each student, one after the other:
the asynchronous bulk request would not tell whose part has failed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from autograder.outputs.export.audience import for_students
from autograder.outputs.export.batch import Batch, LeftOut, Settings, Stored
from autograder.outputs.export.marks import marks_for_column
from autograder.outputs.export.roster import Roster
from autograder.outputs.send.canvas import Assignment, Canvas, Place
from autograder.outputs.send.comment import LEVELS, comment, mark_of, marked
from autograder.outputs.send.delivery import Delivery, Refused
from autograder.outputs.send.journal import Journal
from autograder.outputs.send.patience import Patience
from autograder.outputs.send.plan import Change, Parcel, Plan, Step, decide, same
from autograder.outputs.wording import points

_POINTS = frozenset({"points", "percent", "letter_grade", "gpa_scale"})
"""Kinds of grading that take points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is to be sent."""

    comments: str = "summary"
    """One of `comment.LEVELS`."""
    feedback_file: bool = False
    overwrite: bool = False
    """Replace scores that are higher, or that somebody else has given."""
    rescale: bool = False
    as_of: str = "open"
    points: Decimal | None = None
    """Full marks of the assignment; None where it is not at hand."""


class CanvasApi:
    """Plans what would change in one assignment, and sends it."""

    def __init__(self, canvas: Canvas, wishes: Wishes, patience: Patience) -> None:
        self.place = canvas.place
        self._canvas = canvas
        self._wishes = wishes
        self._patience = patience

    def plan(self, batch: Batch, journal: Journal) -> Plan:
        """Return what would change, by reading alone; raise `UsageError` if the assignment cannot be graded so."""
        assignment = self._canvas.read_assignment()
        people = self._canvas.read_people()
        places = self._canvas.read_places()
        roster = Roster(self.place, {int(user): keys for user, keys in people.items()})
        found, left_out = roster.assign(batch)
        settings = Settings(rescale=self._wishes.rescale, points=self._wishes.points)
        where = f"the assignment {assignment.title!r} in Canvas"
        marks, other_scale, notes = marks_for_column(found, batch, settings, assignment.worth, where)
        left_out += other_scale
        changes: list[Change] = []
        for number, score in sorted(marks.items()):
            user, item = str(number), found[number]
            if user not in places:
                why = "the assignment is not assigned to this student in Canvas"
                left_out.append(LeftOut(id=item.report.id, why=why))
            elif places[user].excused:
                left_out.append(LeftOut(id=item.report.id, why="excused in Canvas, which points would end"))
            else:
                change = self._change(item, score, places[user], journal, batch.assignment)
                changes.append(replace(change, name=people[user]["name"]))
        if assignment.grades_groups:
            changes = _for_groups(changes, places, journal, overwrite=self._wishes.overwrite)
            notes = [*notes, "Canvas gives a grade for one member of a group to all of them"]
        if assignment.hidden_until_posted:
            notes = [*notes, "grades of this assignment are hidden until you post them in Canvas"]
        missing = roster.without_report()
        notes = [*notes, *(f"{name}: there is no report; keeps what Canvas has" for name in missing)]
        return Plan(
            title=f"{self.place}: {assignment.title} ({_worth(assignment)})",
            changes=tuple(changes),
            left_out=tuple(left_out),
            notes=tuple(notes),
            obstacle=_obstacle(assignment),
        )

    def send(
        self, plan: Plan, journal: Journal, tell: Callable[[str], None]
    ) -> tuple[list[LeftOut], list[str]]:
        """Send what was planned; return who was refused, and what there is to say.

        Raise `GraderError` if Canvas does not answer any more, `UsageError` if it takes the token no longer.
        """
        carrier = _Carrier(self._canvas)
        refused = Delivery(carrier, journal, self._patience, tell).send(plan.parcels)
        failed = {each.id for each in refused}
        # A request that was given up may have been carried out all the same, even after it was repeated.
        places = self._canvas.read_places()
        removed = self._remove_repeated(plan, places)
        for parcel in plan.parcels:
            if parcel.id not in failed and carrier.missing_in(places.get(parcel.user), parcel) is not None:
                refused.append(
                    LeftOut(
                        id=parcel.id, why="Canvas does not show what was sent: somebody has changed it since"
                    )
                )
        return refused, removed

    def _remove_repeated(self, plan: Plan, places: Mapping[str, Place]) -> list[str]:
        said = []
        for change in plan.changes:
            try:
                removed = self._canvas.remove_repeated(places[change.user]) if change.user in places else 0
            except Refused as refusal:
                said.append(f"{change.id}: a comment is there twice and cannot be removed: {refusal}")
                continue
            if removed:
                said.append(f"{change.id}: a comment was there more than once; {removed} removed")
        return said

    def _change(
        self, item: Stored, score: Decimal, place: Place, journal: Journal, assignment: str
    ) -> Change:
        record = journal.record(place.user)
        step, remark = decide(place.score, score, record.ours, overwrite=self._wishes.overwrite)
        parcel = self._parcel(item, score, place, assignment)
        if place.shown is not None and place.score is not None and not same(place.shown, place.score):
            deducted = f"Canvas shows {points(place.shown)} after what it deducts for lateness"
            remark = f"{remark}; {deducted}" if remark else deducted
        if step is Step.UNCHANGED:
            parcel = replace(parcel, score=None)
        there = record.marks | place.marks(self._canvas.students)
        if not there.isdisjoint(self._marks(item, place)):
            parcel = replace(parcel, text="", file_name="", file=b"")
        if parcel.text and step is Step.UNCHANGED:
            step = Step.SEND
        if step is Step.SEND and not self._wishes.overwrite and _is_newer(place, item):
            step = Step.HELD
            remark = "another attempt was handed in since; grade that, or send this with --overwrite"
        return Change(
            id=item.report.id,
            user=place.user,
            name="",
            step=step,
            old=place.score,
            new=score,
            remark=remark,
            parcel=parcel if step is Step.SEND else None,
        )

    def _parcel(self, item: Stored, score: Decimal, place: Place, assignment: str) -> Parcel:
        text, file, mark = self._comment(
            item, place, self._wishes.comments, with_file=self._wishes.feedback_file
        )
        return Parcel(
            id=item.report.id,
            user=place.user,
            score=score,
            text=marked(text, mark) if text else "",
            mark=mark,
            file_name=f"{_file_name(assignment)}-feedback.txt" if file else "",
            file=file,
        )

    def _marks(self, item: Stored, place: Place) -> set[str]:
        """Return the marks of all comments on this report that say at least as much as the one that is wanted."""
        wanted = self._wishes
        levels = LEVELS[LEVELS.index(wanted.comments) :]
        files = (True,) if wanted.feedback_file else (False, True)
        return {self._comment(item, place, each, with_file=file)[2] for each in levels for file in files} - {
            ""
        }

    def _comment(self, item: Stored, place: Place, level: str, *, with_file: bool) -> tuple[str, bytes, str]:
        """Return a comment, its file and its mark; empty if there is none."""
        report = for_students(item.report, as_of=self._wishes.as_of)
        text, file = comment(report, level), b""
        if with_file:
            file = f"{comment(report, 'full')}\n".encode()
            text = text or "Automatic feedback is in the file."
        return text, file, mark_of(self._canvas.assignment, place.user, text, file) if text else ""


class _Carrier:
    """Carries parcels to Canvas."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def write(self, parcel: Parcel, journal: Journal) -> None:
        place = self._write(parcel, journal)
        # The comment is not asked for here: what Canvas has said yes to is not sent again, shown or not.
        if _missing_score(parcel, place):
            raise Refused("Canvas says that it took the score, but shows another one")

    def missing(self, parcel: Parcel) -> Parcel | None:
        return self.missing_in(self._canvas.read_place(parcel.user), parcel)

    def missing_in(self, place: Place | None, parcel: Parcel) -> Parcel | None:
        """Return what of a parcel is not there."""
        if place is None:
            return parcel
        if not _missing_score(parcel, place):
            parcel = replace(parcel, score=None)
        if parcel.mark in place.marks(self._canvas.students):
            parcel = replace(parcel, text="", file_name="", file=b"")
        return parcel if parcel.score is not None or parcel.text else None

    def _write(self, parcel: Parcel, journal: Journal) -> Place:
        if not parcel.file:
            return self._canvas.write(parcel, "")
        known = journal.record(parcel.user).files.get(parcel.mark, "")
        if known:
            try:
                return self._canvas.write(parcel, known)
            except Refused:
                pass  # somebody may have removed the file that an earlier run has uploaded
        file = self._canvas.upload(parcel)
        journal.uploaded(parcel.user, parcel.mark, file)
        return self._canvas.write(parcel, file)


def _missing_score(parcel: Parcel, place: Place) -> bool:
    return parcel.score is not None and (place.score is None or not same(parcel.score, place.score))


def _for_groups(
    changes: list[Change], places: Mapping[str, Place], journal: Journal, *, overwrite: bool
) -> list[Change]:
    """Return the changes as they are where a grade goes to a whole group: nobody gets two, and nobody loses one."""
    members: dict[str, list[str]] = defaultdict(list)
    for place in places.values():
        if place.group:
            members[place.group].append(place.user)
    planned: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        planned[places[change.user].group].append(change)
    return [
        change
        if change.step is not Step.SEND or not places[change.user].group
        else _for_group(
            change,
            planned[places[change.user].group],
            [places[user] for user in members[places[change.user].group]],
            journal,
            overwrite=overwrite,
        )
        for change in changes
    ]


def _for_group(
    change: Change, planned: list[Change], group: list[Place], journal: Journal, *, overwrite: bool
) -> Change:
    assert change.new is not None
    assert change.parcel is not None
    if any(other.new is None or not same(other.new, change.new) for other in planned):
        others = ", ".join(other.id for other in planned if other is not change)
        why = f"the same group as {others}, with another score: leave out the reports that do not count"
        return replace(change, step=Step.HELD, remark=why, parcel=None)
    for place in group if change.parcel.score is not None else ():
        step, why = decide(place.score, change.new, journal.record(change.user).ours, overwrite=overwrite)
        if step is Step.HELD or place.excused:
            why = f"the group's member {place.user}: {'excused' if place.excused else why}"
            return replace(change, step=Step.HELD, remark=why, parcel=None)
    return replace(change, parcel=replace(change.parcel, whole_group=len(planned) == 1))


def _obstacle(assignment: Assignment) -> str:
    if not assignment.published:
        return "the assignment is not published. Publish it in Canvas first"
    if assignment.anonymous:
        return "grading is anonymous, so Canvas does not say who is who. Switch that off there once grading is done"
    if assignment.moderated:
        return "grades are moderated and not released yet. Release them in Canvas first"
    if assignment.grading_type not in _POINTS:
        return (
            f"it is graded as {assignment.grading_type}, which takes no points. Change that in Canvas first"
        )
    return ""


def _worth(assignment: Assignment) -> str:
    worth = "no points" if assignment.worth is None else f"{points(assignment.worth)} points"
    return f"{worth}, {'published' if assignment.published else 'not published'}"


def _is_newer(place: Place, item: Stored) -> bool:
    """Tell whether Canvas has something that was handed in after what the report is about."""
    origin = item.report.origin
    # Another system counts in its own way.
    if origin.system == "canvas" and origin.attempt and place.attempt:
        return place.attempt > origin.attempt
    try:
        moment = datetime.fromisoformat(origin.submitted_at)
    except ValueError:
        return False
    return moment.tzinfo is not None and place.submitted_at is not None and place.submitted_at > moment


def _file_name(assignment: str) -> str:
    return (
        "".join(char if char.isalnum() or char in "-_" else "-" for char in assignment)[:100] or "assignment"
    )
