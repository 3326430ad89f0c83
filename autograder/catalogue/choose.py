"""Which assignment a run is about, when nobody says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from autograder.catalogue.find import list_assignments, load_assignment
from autograder.errors import UsageError
from autograder.model import Assignment


def choose_assignment(
    root: Path, wanted: str | None, paths: Sequence[Path], names_in: Callable[[Sequence[Path]], Iterable[str]]
) -> Assignment:
    """Return the assignment with the id ``wanted``; without one, the only one, or the one whose files lie in ``paths``.

    ``names_in`` tells what the files there are called; it is not asked where nothing depends on it.
    Raise `UsageError` if that does not single out one, `ConfigurationError` if its ``assignment.toml`` is wrong.
    """
    known = list_assignments(root)
    if wanted is not None:
        return load_assignment(root, wanted)
    if len(known) == 1:
        return load_assignment(root, known[0])
    names = set(names_in(paths))
    assignments = [load_assignment(root, each) for each in known]
    counts = [sum(exercise.file in names for exercise in each.exercises) for each in assignments]
    most = max(counts, default=0)
    best = [each for each, count in zip(assignments, counts, strict=True) if count == most]
    if most and len(best) == 1:
        return best[0]
    given = ", ".join(str(path) for path in paths)
    if most:
        raise UsageError(
            f"{given}: this may be {' or '.join(each.id for each in best)}. Say which: --assignment {best[0].id}"
        )
    raise UsageError(
        f"{given}: it cannot be told which assignment this is, since no file of any lies there. "
        f"Say which: --assignment ID, where ID is one of {', '.join(known)}."
    )
