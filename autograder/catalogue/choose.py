"""Which assignment a run is about, when nobody says so."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from autograder.catalogue.find import list_assignments, load_assignment
from autograder.errors import UsageError
from autograder.model import Assignment

_LEVELS_DOWN = 3
_MOST_NAMES = 5_000
_MOST_ZIP_BYTES = 8 * 2**20
"""A longer zip is not opened only to see the names in it."""


def choose_assignment(root: Path, wanted: str | None, paths: Sequence[Path]) -> Assignment:
    """Return the assignment with the id ``wanted``; without one, the only one, or the one whose files lie in ``paths``.

    Raise `UsageError` if that does not single out one, `ConfigurationError` if its ``assignment.toml`` is wrong.
    """
    known = list_assignments(root)
    if wanted is not None:
        return load_assignment(root, wanted)
    if len(known) == 1:
        return load_assignment(root, known[0])
    names = set(_file_names(paths))
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


def _file_names(paths: Sequence[Path]) -> Iterator[str]:
    """Yield the names of files that were handed in, as many as are needed for a guess."""
    count = 0
    for path in paths:
        for name in _names_in(path):
            yield name
            count += 1
            if count >= _MOST_NAMES:
                return


def _names_in(path: Path) -> Iterator[str]:
    if path.is_file():
        yield path.name
        yield from _names_in_zip(path)
        return
    top = len(path.parts)
    for folder, folders, files in os.walk(path):
        folders.sort()
        if len(Path(folder).parts) - top >= _LEVELS_DOWN:
            folders.clear()
        for name in sorted(files):
            yield name
            yield from _names_in_zip(Path(folder, name))


def _names_in_zip(path: Path) -> Iterator[str]:
    """Yield the names in a zip; one that is damaged is told about when submissions are read, not here."""
    try:
        if path.suffix.lower() != ".zip" or path.stat().st_size > _MOST_ZIP_BYTES:
            return
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return
    yield from (PurePosixPath(name).name for name in names)
