"""What is worth telling about a submission although it costs no points by itself: what its tests left behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.model import Finding, TestResult
from autograder.testing.events import Leaks

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
                found[key] = Finding(
                    code=code,
                    concept=concept,
                    exercise=row.exercise,
                    line=_line(items[0]),
                    message=f"{text}: {items[0]}",
                )
    return tuple(found[key] for key in sorted(found))


def _line(text: str) -> int:
    _, _, rest = text.partition("line ")
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return int(digits) if digits else 0
