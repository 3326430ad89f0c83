"""Sending one student's part after the other, each exactly once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from autograder.errors import GraderError
from autograder.outputs.export.batch import LeftOut
from autograder.outputs.send.journal import Journal
from autograder.outputs.send.patience import Patience
from autograder.outputs.send.plan import Parcel
from autograder.outputs.send.session import Doubtful

_MOST_REFUSALS = 3
"""In a row: then it is not about the student."""


class Refused(Exception):
    """The server has said no to what was sent for one student."""


class Carrier(Protocol):
    """A system, to which one student's part can be sent."""

    def write(self, parcel: Parcel, journal: Journal) -> None:
        """Send it. Raise `Doubtful` if the answer was lost, `Refused` if the server says no, or shows another score."""

    def missing(self, parcel: Parcel) -> Parcel | None:
        """Return what of it is not there, None if it is complete. Raise `Refused` if the server says no."""


class Delivery:
    """Sends parcels. ``tell`` hears the id of each that has arrived."""

    def __init__(
        self, carrier: Carrier, journal: Journal, patience: Patience, tell: Callable[[str], None]
    ) -> None:
        self._carrier = carrier
        self._journal = journal
        self._patience = patience
        self._tell = tell

    def send(self, parcels: Sequence[Parcel]) -> list[LeftOut]:
        """Send all; return those that were refused, and why. Raise `GraderError` if the server takes nothing more."""
        refused: list[LeftOut] = []
        in_a_row = 0
        for number, parcel in enumerate(parcels):
            self._journal.begin(parcel.user, parcel.score, parcel.mark, parcel.stamp)
            try:
                self._send_one(parcel)
            except Refused as refusal:
                refused.append(LeftOut(id=parcel.id, why=str(refusal)))
                in_a_row += 1
                if in_a_row == _MOST_REFUSALS and number + 1 < len(parcels):
                    raise GraderError(
                        f"{in_a_row} were refused in a row, the last one, {parcel.id}, because {refusal}. "
                        f"{len(parcels) - number - 1} were not tried. Mend that, then run the same command again: it "
                        "goes on where this one has stopped."
                    ) from refusal
                continue
            in_a_row = 0
            self._journal.done(parcel.user, parcel.score, parcel.mark)
            self._tell(parcel.id)
        return refused

    def _send_one(self, parcel: Parcel) -> None:
        rest: Parcel | None = parcel
        why = ""
        for number in range(self._patience.tries):
            assert rest is not None
            try:
                self._carrier.write(rest, self._journal)
            except Doubtful as doubt:
                # A server that was slow may still be at it: looking at once would find nothing.
                self._patience.pause(number, doubt.wish)
                why = str(doubt)
                rest = self._carrier.missing(rest)
                if rest is not None:
                    continue
            return
        raise Refused(f"{why}, {self._patience.tries} times")
