"""What one test noticed of tampering: the trusted side's own facts, and what the jail claims to have seen."""

from __future__ import annotations

from dataclasses import dataclass

from .failures import StudentFailure

_LONGEST = 100
_MOST = 50


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that was noticed while an exercise's program ran."""

    exercise: str
    code: str
    """What it is, as in `autograder.grading.evidence`; still unchecked where it is a claim."""
    line: int
    """Line of the student's file, 0 if none can be named."""
    what: str


class Claims:
    """What the jail says that the program did to its interpreter; bounded, as all that it says."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, int], None] = {}

    def take(self, line: int, text: str) -> None:
        """Add one: ``text`` is a code, a space, and what was seen."""
        code, _, what = text[:_LONGEST].partition(" ")
        if len(self._rows) < _MOST:
            self._rows[code, what, line] = None

    def rows(self) -> list[tuple[str, str, int]]:
        """Return code, what was seen, and line of each."""
        return list(self._rows)


def traces_of(exercise: str, claims: Claims, failure: Exception | None) -> list[Trace]:
    """Return what one test, in which the student's process met with this failure, tells."""
    traces = [Trace(exercise, code, line, what) for code, what, line in claims.rows()]
    if isinstance(failure, StudentFailure) and failure.trace:
        traces.append(Trace(exercise, failure.trace, 0, ""))
    return traces
