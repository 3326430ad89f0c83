"""Where assignments lie: in the clone around the current directory, else in the one that this package is run from."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from autograder.catalogue.settings import read_settings
from autograder.errors import UsageError
from autograder.model import Assignment

FILE = "assignment.toml"

_CHECKOUT = Path(__file__).resolve().parents[2]


def find_root(start: Path, paths: Sequence[Path] = ()) -> Path:
    """Return the nearest folder, from ``start`` upwards, that holds ``assignments/<id>/assignment.toml``.

    Where there is none, the source checkout of this package is taken; raise `UsageError` if that has none either.
    ``paths`` are what students handed in. Hidden tests run with all rights, so none may come out of there: not even
    when somebody grades ``.`` inside the folder of a student who put a folder ``assignments`` into it.
    """
    start = start.absolute()
    handed_in = [_folder_of(path) for path in paths]
    for folder in (start, *start.parents):
        resolved = folder.resolve()
        if list_assignments(folder) and not any(resolved.is_relative_to(each) for each in handed_in):
            return folder
    if list_assignments(_CHECKOUT):
        return _CHECKOUT
    raise UsageError(
        f"no assignment was found: neither {start} nor a folder above it holds assignments/<id>/{FILE}. "
        "Change into a clone of the course's repository."
    )


def _folder_of(path: Path) -> Path:
    resolved = path.resolve()
    return resolved if resolved.is_dir() else resolved.parent


def list_assignments(root: Path) -> list[str]:
    """Return the ids of the assignments under ``root``, sorted."""
    return sorted(path.parent.name for path in root.glob(f"assignments/*/{FILE}"))


def load_assignment(root: Path, assignment_id: str, *, said: str = "--assignment ") -> Assignment:
    """Read one assignment; ``said`` is what stands before its id on the command line.

    Raise `UsageError` if there is none with this id, `ConfigurationError` if its ``assignment.toml`` is wrong.
    """
    known = list_assignments(root)
    if assignment_id not in known:
        close = difflib.get_close_matches(assignment_id, known, n=1, cutoff=0.5)
        meant = f"Did you mean {close[0]}? " if close else ""
        raise UsageError(
            f"{said}{assignment_id}: there is no such assignment in {root / 'assignments'}. "
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
        samples=root / "tests" / "submissions" / assignment_id,
        exercises=settings.exercises,
        limits=settings.limits,
        reveal=settings.reveal,
        require=settings.require,
        late=settings.late,
        gradescope=settings.gradescope,
    )
