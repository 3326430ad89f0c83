"""``lti-ags``: scores into a line item of any platform that speaks LTI 1.3 (Assignment and Grade Services).

A score carries the moment at which it came to be, and a later one wins: the moment is kept in the journal, so that the
same score sent again is the same score. Where the platform shows its results, they are looked at before anything is
sent, and after an answer was lost; a comment cannot be read back, but goes in the same request as its score.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from autograder.errors import UsageError
from autograder.intake.people import NAME, People, column_of, members
from autograder.outputs.export.audience import for_students
from autograder.outputs.export.batch import Batch, LeftOut, Settings, Stored, not_graded
from autograder.outputs.export.marks import full_marks, other_scale
from autograder.outputs.export.roster import Roster
from autograder.outputs.export.sheet import read_sheet
from autograder.outputs.send.ags import GradeServices, LineItem
from autograder.outputs.send.comment import comment
from autograder.outputs.send.delivery import Delivery, Refused
from autograder.outputs.send.journal import Journal
from autograder.outputs.send.patience import Patience
from autograder.outputs.send.plan import Change, Parcel, Plan, Step, decide, same
from autograder.outputs.wording import points

_USER = ("sub", "lti_user_id", "lti user id", "user_id", "userId")
_KEYS = {
    "submission": ("submission",),
    "canvas_user_id": ("canvas_user_id",),
    "sid": ("sid", "sis user id", "id number"),
    "login": ("login", "username", "sis login id"),
    "email": ("email", "email address"),
    "name": ("name", "student", "full name"),
}
_WHOLE_ITEM = Decimal(100)
_PENDING = "pending"
"""Stands in the journal where a mark of a comment would, for somebody who has no score yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is to be sent where."""

    users: Path
    """A table in which each student's LTI user id stands beside what else tells who it is."""
    lineitem: str = ""
    """Address of the line item; or"""
    lineitems: str = ""
    """the address at which line items are listed and made, and"""
    label: str = ""
    """what it is called there."""
    comments: str = "summary"
    overwrite: bool = False
    as_of: str = "open"
    points: Decimal | None = None

    @property
    def place(self) -> str:
        """Return what the journal is about."""
        return self.lineitem or f"{self.lineitems} {self.label}"


class LtiAgs:
    """Plans what would change in one line item, and sends it."""

    def __init__(
        self,
        services: GradeServices,
        wishes: Wishes,
        patience: Patience,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.place = wishes.place
        self._services = services
        self._wishes = wishes
        self._patience = patience
        self._now = now
        self._item: LineItem | None = None
        self._worth = Decimal(0)

    def plan(self, batch: Batch, journal: Journal) -> Plan:
        """Return what would change, by reading alone; raise `UsageError` where the table or an address is wrong."""
        users, people = _read_users(self._wishes.users)
        roster = Roster(str(self._wishes.users), people)
        full, notes = full_marks(batch, Settings(points=self._wishes.points))
        self._worth = full or self._wishes.points or _WHOLE_ITEM
        self._item = self._find_item()
        shares, said = self._results()
        batch = _with_ids(batch)
        found, left_out = roster.assign(batch)
        changes = []
        for place, item in sorted(found.items()):
            if full is not None and item.report.max_score != full:
                left_out.append(other_scale(item, full))
                continue
            name = people[place].get(NAME, "")
            changes.append(self._score(item, users[place], name, shares, journal))
        for place, item in _not_graded(batch, People(str(self._wishes.users), people), set(found)):
            name = people[place].get(NAME, "")
            change = self._pending(item, users[place], name, shares, journal)
            if change is not None:
                changes.append(change)
        missing = roster.without_report()
        notes = [*notes, *said, *(f"{name}: there is no report; keeps what is there" for name in missing)]
        return Plan(
            title=f"{self.place}: {self._title()}",
            changes=tuple(changes),
            left_out=tuple(left_out),
            notes=tuple(notes),
        )

    def send(
        self, plan: Plan, journal: Journal, tell: Callable[[str], None]
    ) -> tuple[list[LeftOut], list[str]]:
        """Send what was planned, after making the line item if there is none; return who was refused."""
        said = []
        if self._item is None and plan.parcels:
            self._item = self._services.make_line_item(
                self._wishes.lineitems, self._wishes.label, self._worth
            )
            said.append(f"the line item {self._wishes.label} was made: {self._item.address}")
        if self._item is None:
            return [], said
        carrier = _Carrier(self._services, self._item.address)
        return Delivery(carrier, journal, self._patience, tell).send(plan.parcels), said

    def _find_item(self) -> LineItem | None:
        if self._wishes.lineitem:
            unknown = LineItem(address=self._wishes.lineitem, label="", worth=None)
            return self._services.read_line_item(self._wishes.lineitem) or unknown
        return self._services.find_line_item(self._wishes.lineitems, self._wishes.label)

    def _results(self) -> tuple[Mapping[str, Decimal] | None, list[str]]:
        if self._item is None:
            return {}, []
        try:
            return self._services.read_results(self._item.address), []
        except Refused as refusal:
            return None, [
                f"results cannot be read, so only the journal tells what is there already ({refusal})"
            ]

    def _score(
        self, item: Stored, user: str, name: str, shares: Mapping[str, Decimal] | None, journal: Journal
    ) -> Change:
        report, record = item.report, journal.record(user)
        if shares is None:
            old = record.sent
        else:
            share = shares.get(user)
            old = None if share is None else share * self._worth
        step, remark = decide(old, report.score, record.ours, overwrite=self._wishes.overwrite)
        text = comment(for_students(report, as_of=self._wishes.as_of), self._wishes.comments)
        parcel = Parcel(
            id=report.id,
            user=user,
            score=report.score,
            worth=self._worth,
            text=text,
            stamp=self._stamp(journal, user, report.score),
        )
        return Change(
            id=report.id,
            user=user,
            name=name,
            step=step,
            old=old,
            new=report.score,
            remark=remark,
            parcel=parcel if step is Step.SEND else None,
        )

    def _pending(
        self, item: Stored, user: str, name: str, shares: Mapping[str, Decimal] | None, journal: Journal
    ) -> Change | None:
        """Return the news that there is no score yet; None if it could take away one that is there."""
        if shares is None or user in shares or journal.record(user).ours:
            return None
        told = _PENDING in journal.record(user).marks
        parcel = Parcel(id=item.report.id, user=user, mark=_PENDING, stamp=self._stamp(journal, user, None))
        return Change(
            id=item.report.id,
            user=user,
            name=name,
            step=Step.UNCHANGED if told else Step.SEND,
            old=None,
            new=None,
            remark=not_graded(item).why,
            parcel=None if told else parcel,
        )

    def _stamp(self, journal: Journal, user: str, score: Decimal | None) -> str:
        """Return when a score came to be: the same for the same score, and later than any before it."""
        record, now = journal.record(user), self._now()
        if not record.stamp:
            return now.isoformat(timespec="milliseconds")
        in_doubt = score is not None and record.begun is not None and same(score, record.begun)
        if in_doubt and (record.sent is None or not same(record.begun or Decimal(0), record.sent)):
            return record.stamp
        before = datetime.fromisoformat(record.stamp)
        return max(now, before + timedelta(milliseconds=1)).isoformat(timespec="milliseconds")

    def _title(self) -> str:
        if self._item is None:
            return f"will be made, worth {points(self._worth)} points"
        worth = "worth unknown" if self._item.worth is None else f"{points(self._item.worth)} points"
        return f"{self._item.label or 'line item'} ({worth})"


class _Carrier:
    """Carries scores to a line item."""

    def __init__(self, services: GradeServices, address: str) -> None:
        self._services = services
        self._address = address

    def write(self, parcel: Parcel, journal: Journal) -> None:
        progress = "Pending" if parcel.score is None else "FullyGraded"
        self._services.post_score(self._address, parcel, progress=progress)

    def missing(self, parcel: Parcel) -> Parcel | None:
        """Return the parcel unless it is there; where that cannot be told, the same is sent, of the same moment."""
        if parcel.score is None:
            return parcel
        try:
            share = self._services.read_results(self._address).get(parcel.user)
        except Refused:
            return parcel
        return None if share is not None and same(share * parcel.worth, parcel.score) else parcel


def _with_ids(batch: Batch) -> Batch:
    """Return the reports with their own ids among what tells whose they are: a table may name them."""
    items = []
    for item in batch.items:
        origin = item.report.origin
        keys = {**origin.keys, "submission": item.report.id} if origin.keys else {}
        items.append(replace(item, report=replace(item.report, origin=replace(origin, keys=keys))))
    return replace(batch, items=tuple(items))


def _not_graded(batch: Batch, people: People, graded: set[int]) -> list[tuple[int, Stored]]:
    """Return the place of each person who has one report, which was not graded."""
    found: dict[int, list[Stored]] = {}
    for item in batch.items:
        places = {people.find(each, item.report.id) for each in members(item.report.origin.keys)}
        for place in places:
            if isinstance(place, int) and place not in graded:
                found.setdefault(place, []).append(item)
    return [
        (place, items[0]) for place, items in sorted(found.items()) if len(items) == 1 and not items[0].graded
    ]


def _read_users(path: Path) -> tuple[dict[int, str], dict[int, dict[str, str]]]:
    """Return the LTI user id in each row of a table, and what tells who stands in it."""
    sheet = read_sheet(path, "--users")
    header = sheet.rows[0]
    column = column_of(header, *_USER)
    columns = {key: column_of(header, *titles) for key, titles in _KEYS.items()}
    known = {key: place for key, place in columns.items() if place is not None and place != column}
    if column is None or not known:
        raise UsageError(
            f"--users {path}: its first line has no column {' or '.join(_USER[:2])} with the users' ids in LTI, or "
            f"none that tells whose they are ({', '.join(_KEYS)}). Add them."
        )
    users: dict[int, str] = {}
    people: dict[int, dict[str, str]] = {}
    for place, row in enumerate(sheet.rows[1:], 1):
        cells = [*row, *[""] * (len(header) - len(row))]
        user = cells[column].strip()
        if user in users.values():
            raise UsageError(
                f"--users {path}: {user} stands in two rows, one of them row {place + 1}. Mend one."
            )
        if user:
            users[place] = user
            people[place] = {key: cells[where] for key, where in known.items()}
    return users, people
