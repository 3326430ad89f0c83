"""What goes out of this package: one wrong version of a reference solution."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A reference solution with one small mistake in it, which a hidden suite should notice."""

    name: str
    """``<operator>/<qualified function>/<n>``; edits elsewhere in the file leave it as it is."""
    operator: str
    line: int
    """Line of the reference that is changed, counted from 1."""
    description: str
    """The mistake as one sentence for a teacher."""
    concept: str
    """Which of `autograder.model.CONCEPTS` the mistake is about."""
    blank: int | None
    """Number of the blank in whose region the mistake is; None in code that is given to the students."""
    source: str
    """The whole file, comments and markers included."""
    diff: str
    """The hunks of a unified diff against the reference."""
