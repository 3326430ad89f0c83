"""What the jail reported while it ran: the timeline and the printed text. The student's claim, bounded and checked."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

from autograder.jail.host.wire import LimitReached
from autograder.jail.limits import MAX_EVENTS, JailLimits
from autograder.jail.protocol import ProtocolError, exact

from .bounds import words_for
from .forms import LAST_LINE, whole_characters
from .traces import Claims

EVENT_KINDS = frozenset(
    {
        "created",
        "started",
        "waiting",
        "resumed",
        "cancelled",
        "finished",
        "raised",
        "generator",
        "print",
        "cut",
    }
    | {"blocking", "busy-poll", "busy-wait", "never-awaited", "lost", "tampered"}
)
"""Those of `guest.record`."""

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
            seconds = float(self.text)
        except ValueError:
            return 0.0
        return seconds if math.isfinite(seconds) else 0.0


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


class OutputCut(AssertionError):
    """A test looks at printed text of which the end is missing, since the program has printed more than its limit."""


class Output:
    """Collects a test's events and prints.

    With ``dated``, what happens bears a time between question and answer. While a file is loaded or run as a program it
    need not: the clock is put back at the end of that.
    """

    def __init__(self, limits: JailLimits, claims: Claims | None = None, *, dated: bool = False) -> None:
        self.events: list[Event] = []
        self.claims = claims or Claims()
        self._pieces: list[tuple[float, str]] = []
        self._left = limits.output_bytes
        self._last = 2 * limits.virtual_ns
        self._limits = limits
        self._cut_line: int | None = None
        self._dated = dated

    def take(self, rows: Any, since: int, until: int | None = None) -> None:
        """Add what one message brought, of what happened between two times (ns): when it was asked and answered.

        Raises `ProtocolError` for what is no event, `LimitReached` for more text than the runtime inside may let pass.
        """
        if not self._dated:
            since, until = 0, None
        last = self._last if until is None else until
        for row in exact(rows, list):
            if type(row) is not list or len(row) != 5:
                raise ProtocolError("an event that is none")
            ns, kind, task, line, text = row
            if not (type(kind) is type(task) is type(text) is str and type(ns) is type(line) is int):
                raise ProtocolError("an event that is none")
            if kind not in EVENT_KINDS or not (since <= ns <= last and 0 <= line <= LAST_LINE):
                raise ProtocolError("an event of no kind, or at no time or line")
            if kind == "print":
                self._print(ns / 1e9, text)
            elif kind == "tampered":
                self.claims.take(line, whole_characters(text))
            elif kind == "cut":
                self._cut_line = line
            elif len(self.events) < 2 * MAX_EVENTS:
                self.events.append(
                    Event(ns / 1e9, kind, whole_characters(task[:80]), line, whole_characters(text[:300]))
                )

    def _print(self, time: float, text: str) -> None:
        self._left -= len(text)
        if self._left < 0:
            raise LimitReached("output_kb")
        if len(self._pieces) < _MAX_PIECES:
            self._pieces.append((time, whole_characters(text)))

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
        """Everything printed so far; raises `OutputCut` if some of it was not kept."""
        self._check_whole()
        return "".join(text for _, text in self._pieces)

    def lines(self) -> list[tuple[float, str]]:
        """Return the completed lines, each with the virtual second at which it was completed.

        Raises `OutputCut` if some of what was printed was not kept.
        """
        self._check_whole()
        lines = []
        begun: list[str] = []
        for time, text in self._pieces:
            first, *others = text.split("\n")
            begun.append(first)
            for part in others:
                lines.append((time, "".join(begun)))
                begun = [part]
        return lines

    def _check_whole(self) -> None:
        if self._cut_line is not None:
            where = f" (from line {self._cut_line} of the program on)" if self._cut_line else ""
            raise OutputCut(f"{words_for('output_kb', self._limits)}: it prints more than is kept{where}")
