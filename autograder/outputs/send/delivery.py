"""Sending one student's part after the other, each exactly once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from autograder.errors import GraderError
from autograder.outputs.export.batch import LeftOut
from autograder.outputs.send.journal import Journal
from autograder.outputs.send.patience import Patience
from autograder.outputs.send.plan import Parcel
from autograder.outputs.send.session import Doubtful

_MOST_REFUSALS = 3
"""In a row: then it is not about the student."""

State = TypeVar("State")


class Refused(Exception):
    """The server has said no to what was sent for one student."""


class Carrier(Protocol[State]):
    """A system, to which one student's part can be sent."""

    def write(self, parcel: Parcel, journal: Journal) -> State:
        """Send it, and return what is there then. Raise `Doubtful` if the answer was lost, `Refused` if it says no."""

    def look(self, parcel: Parcel) -> State:
        """Return what is there. Raise `Refused` if it says no."""

    def rest(self, parcel: Parcel, state: State) -> Parcel | None:
        """Return what of a parcel is not there yet, None if it is complete."""


class Delivery(Generic[State]):
    """Sends parcels. ``tell`` hears the id of each that has arrived."""

    def __init__(
        self, carrier: Carrier[State], journal: Journal, patience: Patience, tell: Callable[[str], None]
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
        why = "the server says that it took it, but does not show it"
        for number in range(self._patience.tries):
            assert rest is not None
            try:
                state = self._carrier.write(rest, self._journal)
            except Doubtful as doubt:
                # A server that was slow may still be at it: looking at once would find nothing.
                self._patience.pause(number)
                state = self._carrier.look(rest)
                why = str(doubt)
            rest = self._carrier.rest(rest, state)
            if rest is None:
                return
        raise Refused(f"{why}, {self._patience.tries} times")
