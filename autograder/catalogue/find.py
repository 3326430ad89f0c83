"""Where assignments lie: in the clone around the current directory, else in the one that this package is run from."""

from __future__ import annotations

import difflib
from pathlib import Path

from autograder.catalogue.settings import read_settings
from autograder.errors import UsageError
from autograder.model import Assignment

FILE = "assignment.toml"

_CHECKOUT = Path(__file__).resolve().parents[2]


def find_root(start: Path) -> Path:
    """Return the nearest folder, from ``start`` upwards, that holds ``assignments/<id>/assignment.toml``.

    Where there is none, the source checkout of this package is taken; raise `UsageError` if that has none either.
    """
    start = start.absolute()
    for folder in (start, *start.parents, _CHECKOUT):
        if list_assignments(folder):
            return folder
    raise UsageError(
        f"no assignment was found: neither {start} nor a folder above it holds assignments/<id>/{FILE}. "
        "Change into a clone of the course's repository."
    )


def list_assignments(root: Path) -> list[str]:
    """Return the ids of the assignments under ``root``, sorted."""
    return sorted(path.parent.name for path in root.glob(f"assignments/*/{FILE}"))


def load_assignment(root: Path, assignment_id: str) -> Assignment:
    """Read one assignment.

    Raise `UsageError` if there is none with this id, `ConfigurationError` if its ``assignment.toml`` is wrong.
    """
    known = list_assignments(root)
    if assignment_id not in known:
        close = difflib.get_close_matches(assignment_id, known, n=1, cutoff=0.5)
        meant = f"Did you mean {close[0]}? " if close else ""
        raise UsageError(
            f"--assignment {assignment_id}: there is no such assignment in {root / 'assignments'}. "
            f"{meant}Those that exist: {', '.join(known) or 'none'}."
        )
    folder = root / "assignments" / assignment_id
    settings = read_settings(folder / FILE)
    return Assignment(
        id=assignment_id,
        title=settings.title,
        folder=folder,
        solutions=root / "solutions" / assignment_id,
        hidden_tests=root / "tests" / "hidden" / assignment_id,
        exercises=settings.exercises,
        limits=settings.limits,
        reveal=settings.reveal,
    )
