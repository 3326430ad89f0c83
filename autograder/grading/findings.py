"""What is worth telling about a submission although it costs no points by itself: what its tests left behind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from autograder.model import Finding, TestResult
from autograder.testing.events import Leaks

_PLACE = re.compile(r"(?:cell (\d{1,7}), )?line (\d{1,7})", re.ASCII)

_KINDS = (
    ("tasks_left_running", "cleanup", "pending", "Tasks were still running when the call had returned"),
    (
        "exception_never_retrieved",
        "result",
        "lost",
        "An exception got lost: nobody awaited the task that raised it",
    ),
    ("never_awaited", "suspension", "never_awaited", "A coroutine was created but never awaited"),
    ("generator_left_open", "streaming", "open_generators", "An async generator was left open"),
)


def findings_of(rows: Sequence[TestResult], leaks: Mapping[str, Leaks]) -> tuple[Finding, ...]:
    """Return each kind of leak once per exercise, with the first example."""
    found: dict[tuple[str, str], Finding] = {}
    for row in rows:
        left = leaks.get(row.name)
        if left is None:
            continue
        for code, concept, attribute, text in _KINDS:
            items = getattr(left, attribute)
            key = (row.exercise, code)
            if items and key not in found:
                cell, line = _place(items[0])
                found[key] = Finding(
                    code=code,
                    concept=concept,
                    exercise=row.exercise,
                    line=line,
                    message=f"{text}: {items[0]}",
                    cell=cell,
                )
    return tuple(found[key] for key in sorted(found))


def _place(text: str) -> tuple[int, int]:
    """Return the cell and the line that the jail names first, before it quotes the program; 0 for none."""
    found = _PLACE.search(text)
    return (int(found[1] or 0), int(found[2])) if found is not None else (0, 0)
