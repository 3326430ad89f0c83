"""Handing in late: how late it is, and what that costs. Pure: both moments are given, no clock is ever asked.

A submission is as late as it was when it was handed in, however often and whenever it is graded. Moments are compared
as instants, so the offsets that they are written with do not matter, and neither does daylight saving: a day is 24
hours that have passed. Points are exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from autograder.model import LatePolicy

_UNITS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """How late a submission is, as a policy counts it."""

    after_due: timedelta
    """From the due date to the submission, zero if it was in time."""
    units: int
    """Units begun after the grace period."""
    slipped: int
    """Those of them that cost nothing."""
    cut_off: bool
    """It is too late to count at all."""

    @property
    def charged(self) -> int:
        """Units that cost something."""
        return self.units - self.slipped


@dataclass(frozen=True, slots=True, kw_only=True)
class LateScore:
    """A score, what lateness took off it, and what is left, in points."""

    raw: Decimal
    penalty: Decimal
    final: Decimal


def parse_moment(text: object) -> datetime | None:
    """Return the moment in an ISO 8601 text with an offset, in UTC; None if it is no such text.

    Without an offset it is no moment: it could be any of twenty-six hours.
    """
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    """Return the last of some moments, those that are unknown left out; None if none is known."""
    return max((moment.astimezone(UTC) for moment in moments if moment is not None), default=None)


def measure(submitted: datetime, due: datetime | None, policy: LatePolicy) -> Lateness:
    """Return how late a submission is; not at all without a due date. Both moments need an offset or a zone.

    Raise `ValueError` for a moment without.
    """
    if submitted.tzinfo is None or (due is not None and due.tzinfo is None):
        raise ValueError("a moment without an offset or a zone cannot be compared")
    if due is None:
        return Lateness(after_due=timedelta(0), units=0, slipped=0, cut_off=False)
    # In UTC: two times of the same zone would be subtracted as a wall clock shows them, an hour off at a change.
    after_due = max(submitted.astimezone(UTC) - due.astimezone(UTC), timedelta(0))
    late = max(after_due - timedelta(minutes=policy.grace_minutes), timedelta(0))
    units = -(-late // _UNITS[policy.unit])  # begun, so rounded up
    return Lateness(
        after_due=after_due,
        units=units,
        slipped=min(units, policy.slip),
        cut_off=policy.cut_off is not None and units > policy.cut_off,
    )


def points_off(possible: Decimal, lateness: Lateness, policy: LatePolicy) -> Decimal:
    """Return how many points a policy takes off; the score may have less to take them from."""
    if lateness.cut_off:
        return possible
    percent = min(policy.percent * lateness.charged, policy.cap_percent)
    return possible * percent / _HUNDRED


def apply(raw: Decimal, possible: Decimal, lateness: Lateness, policy: LatePolicy) -> LateScore:
    """Return what is left of a ``raw`` score out of ``possible`` points: nothing below zero, nothing above ``raw``."""
    if lateness.cut_off:
        return LateScore(raw=raw, penalty=raw, final=_ZERO)
    final = max(min(raw, _ZERO), raw - points_off(possible, lateness, policy))
    return LateScore(raw=raw, penalty=raw - final, final=final)
