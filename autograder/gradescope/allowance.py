"""How many submissions are graded within 24 hours, told by when they were handed in.

Each result that we write holds the moments of the submissions that count, so what was not graded (one too many, a
failure of ours) does not count against a student, although Gradescope lists it among the previous ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from autograder.gradescope.metadata import Metadata, Previous
from autograder.lateness import parse_moment

WINDOW = timedelta(hours=24)
COUNTED = "graded_at"
"""Member of ``extra_data``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is left to a student at the moment of a submission."""

    counted: tuple[datetime, ...]
    """When those were handed in that count, within the last 24 hours."""
    exceeded: bool
    kept: Mapping[str, Any] | None
    """The last results with a score, which stand if this submission is not graded."""

    def with_this(self, metadata: Metadata) -> list[str]:
        """Return what to write down once this submission was graded."""
        now = [metadata.created_at] if metadata.created_at is not None else []
        return [moment.isoformat() for moment in (*self.counted, *now)]

    def free_again(self) -> datetime | None:
        """Return when the first of those that count is 24 hours old."""
        return min(self.counted) + WINDOW if self.counted else None


def allowance(metadata: Metadata, limit: int | None) -> Allowance:
    """Return what is left; never exceeded without a limit, a moment of this submission, or results to keep."""
    kept = next((each.results for each in reversed(metadata.previous) if _has_score(each)), None)
    now = metadata.created_at
    if now is None:
        return Allowance(counted=(), exceeded=False, kept=kept)
    counted = tuple(each for each in _counted(metadata.previous) if timedelta(0) <= now - each < WINDOW)
    exceeded = limit is not None and len(counted) >= limit and kept is not None
    return Allowance(counted=counted, exceeded=exceeded, kept=kept)


def _counted(previous: tuple[Previous, ...]) -> list[datetime]:
    for place in range(len(previous) - 1, -1, -1):
        written = _written(previous[place].results)
        if written is not None:
            # What has no results yet is still being graded: many handed in at once are not one.
            return [*written, *_without_results(previous[place + 1 :])]
    # Nothing of ours came back: then those count in which the autograder did not fail.
    return [each.submitted for each in previous if each.submitted is not None and not each.failed]


def _without_results(previous: tuple[Previous, ...]) -> list[datetime]:
    return [
        each.submitted
        for each in previous
        if each.submitted is not None and each.results is None and not each.failed
    ]


def _written(results: Mapping[str, Any] | None) -> list[datetime] | None:
    data = results.get("extra_data") if results is not None else None
    moments = data.get(COUNTED) if isinstance(data, dict) else None
    if not isinstance(moments, list):
        return None
    return [moment for each in moments if (moment := parse_moment(each)) is not None]


def _has_score(previous: Previous) -> bool:
    """Tell whether there is a score of a grader; Gradescope itself writes a zero, and no more, for lack of time."""
    results = previous.results
    if results is None or previous.failed:
        return False
    tests, data = results.get("tests"), results.get("extra_data")
    said = data.get("graded") if isinstance(data, dict) else None
    if said is False or not (tests or data):
        return False
    rows = [each for each in tests if isinstance(each, dict)] if isinstance(tests, list) else []
    return results.get("score") is not None or any(each.get("score") is not None for each in rows)
