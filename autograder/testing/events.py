"""What the jail reported while it ran: the timeline and the printed text. The student's claim, bounded and checked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from autograder.jail.limits import MAX_EVENTS
from autograder.jail.protocol import ProtocolError

_MAX_PIECES = 100_000
_SUSPECT = frozenset({"never-awaited", "lost", "generator"})
_ENDINGS = frozenset({"finished", "raised"})


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened at a virtual time (seconds). ``kind`` is one of those of `guest.record`."""

    time: float
    kind: str
    task: str
    line: int
    text: str

    @property
    def seconds(self) -> float:
        """How long a blocking call blocked."""
        try:
            return float(self.text)
        except ValueError:
            return 0.0


@dataclass(frozen=True, slots=True)
class Leaks:
    """What a program left undone, each as a list of texts. False when it left nothing."""

    pending: list[str]
    lost: list[str]
    never_awaited: list[str]
    open_generators: list[str]

    def __bool__(self) -> bool:
        return bool(self.pending or self.lost or self.never_awaited or self.open_generators)

    def __str__(self) -> str:
        parts = [
            f"{label}: {', '.join(items)}"
            for label, items in (
                ("tasks still running", self.pending),
                ("exceptions that nobody retrieved", self.lost),
                ("coroutines never awaited", self.never_awaited),
                ("async generators left open", self.open_generators),
            )
            if items
        ]
        return "; ".join(parts) or "nothing left behind"


class Output:
    """Collects a test's events and prints."""

    def __init__(self, limit: int) -> None:
        """``limit`` is how many characters are kept, should the process send more than it was told to."""
        self.limit = limit
        self.events: list[Event] = []
        self._pieces: list[tuple[float, str]] = []
        self._size = 0

    def take(self, rows: Any) -> None:
        """Add what one message brought; raises `ProtocolError` for what is no event."""
        if type(rows) is not list:
            raise ProtocolError("no list of events")
        for row in rows:
            ns, kind, task, line, text = row
            if (
                type(ns) is not int
                or type(line) is not int
                or not type(kind) is type(task) is type(text) is str
            ):
                raise ProtocolError("an event that is none")
            if kind == "print":
                self._size += len(text)
                if self._size <= self.limit and len(self._pieces) < _MAX_PIECES:
                    self._pieces.append((ns / 1e9, text))
            elif len(self.events) < 2 * MAX_EVENTS:
                self.events.append(Event(ns / 1e9, kind[:20], task[:80], line, text[:300]))

    def may_have_left_something(self) -> bool:
        """Tell from the timeline whether it is worth asking the jail for `Leaks`, which costs a round trip."""
        unfinished: Counter[str] = Counter()
        for event in self.events:
            if event.kind in _SUSPECT:
                return True
            if event.kind in _ENDINGS:
                unfinished[event.task] -= 1
            elif event.kind == "created":
                unfinished[event.task] += 1
        return len(self.events) >= MAX_EVENTS or any(count > 0 for count in unfinished.values())

    @property
    def text(self) -> str:
        """Everything printed so far."""
        return "".join(text for _, text in self._pieces)

    def lines(self) -> list[tuple[float, str]]:
        """Return the completed lines, each with the virtual second at which it was completed."""
        lines = []
        rest = ""
        for time, text in self._pieces:
            parts = (rest + text).split("\n")
            rest = parts.pop()
            lines += [(time, part) for part in parts]
        return lines
