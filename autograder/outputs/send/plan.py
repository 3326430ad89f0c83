"""What would change, per student, as far as reading can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from autograder.outputs.export.batch import LeftOut
from autograder.outputs.wording import points

_HALF_A_CENT = Decimal("0.005")


class Step(StrEnum):
    """What is done about one student."""

    SEND = "send"
    UNCHANGED = "unchanged"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What is to be sent for one student. What is empty is not sent."""

    id: str
    """Of the submission."""
    user: str
    """Id there."""
    score: Decimal | None = None
    """Points; None where only the comment is new, or where there is none to send."""
    worth: Decimal = Decimal(0)
    """Full marks."""
    text: str = ""
    """The comment, with its mark."""
    mark: str = ""
    file_name: str = ""
    file: bytes = b""
    """The feedback file that hangs on the comment."""
    whole_group: bool = False
    """The comment is for all members of the group."""
    stamp: str = ""
    """When the score came to be, ISO 8601 with an offset, where the system wants to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of a plan."""

    id: str
    user: str
    name: str
    step: Step
    old: Decimal | None
    new: Decimal | None
    """None: not graded, which some systems are told."""
    remark: str = ""
    """Why it is held, or what else there is to know."""
    parcel: Parcel | None = None

    def __str__(self) -> str:
        before, after = _number(self.old, "none"), _number(self.new, "pending")
        both = self.old is not None and self.new is not None and same(self.old, self.new)
        kept = both or self.step is Step.UNCHANGED
        what = f"{after}, unchanged" if kept else f"{before} -> {after}"
        if self.step is Step.HELD:
            what = f"held: {what}"
        also = []
        if self.parcel is not None and self.parcel.text:
            also.append("comment")
        if self.parcel is not None and self.parcel.file:
            also.append("file")
        return ", ".join([what, *also]) + (f" ({self.remark})" if self.remark else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that a run would do."""

    title: str
    """Where to."""
    changes: tuple[Change, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    obstacle: str = ""
    """Why nothing can be sent as things are there; empty if it can."""

    @property
    def parcels(self) -> list[Parcel]:
        """What there is to send."""
        return [each.parcel for each in self.changes if each.step is Step.SEND and each.parcel is not None]


def same(one: Decimal, other: Decimal) -> bool:
    """Tell whether two scores are the same to a system that keeps two decimals."""
    return abs(one - other) <= _HALF_A_CENT


def decide(
    old: Decimal | None, new: Decimal, ours: frozenset[Decimal], *, overwrite: bool
) -> tuple[Step, str]:
    """Return what is done about a score, and why if it is held: nobody's judgement is replaced unasked."""
    if old is None:
        return Step.SEND, ""
    if same(old, new):
        return Step.UNCHANGED, ""
    if overwrite:
        return Step.SEND, "replaced, since --overwrite says so"
    if old > new:
        return Step.HELD, "what is there is higher; --overwrite would replace it"
    if not any(same(old, each) for each in ours):
        why = "what is there was not sent with this journal (by hand, or with another --journal)"
        return Step.HELD, f"{why}; --overwrite would replace it"
    return Step.SEND, ""


def counted(changes: Sequence[Change]) -> str:
    """Return how many there are of each kind."""
    counts = {step: sum(each.step is step for each in changes) for step in Step}
    return f"{counts[Step.SEND]} to send, {counts[Step.UNCHANGED]} unchanged, {counts[Step.HELD]} held"


def _number(score: Decimal | None, nothing: str) -> str:
    return nothing if score is None else points(score)
