"""What the commands take that work on stored reports, and how they speak."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.errors import UsageError
from autograder.escape import visible

if TYPE_CHECKING:
    from autograder.model import Assignment
    from autograder.outputs.export.batch import Batch

EXIT_SOME_LEFT_OUT = 4


def read_batch(paths: Sequence[Path], as_of: str) -> Batch:
    """Return the reports in files and folders, after telling what is odd; raise `UsageError` if there are none."""
    from autograder.outputs.export.batch import AS_OF
    from autograder.outputs.export.stored import read_reports

    one_of("--as-of", as_of, AS_OF)
    if not paths:
        raise UsageError("REPORTS is missing. Give the folder that `autograder grade --output` has written.")
    batch, warnings = read_reports(paths)
    tell("warning", warnings)
    return batch


def one_of(option: str, value: str, allowed: Sequence[str]) -> None:
    """Raise `UsageError`, with the nearest one, if an option has none of the values that it may have."""
    if value not in allowed:
        close = difflib.get_close_matches(value, allowed, n=1, cutoff=0.5)
        meant = f"Did you mean {close[0]}? " if close else ""
        raise UsageError(f"{option} {value}: {meant}It is one of {', '.join(allowed)}.")


def at_hand(assignment_id: str) -> Assignment | None:
    """Return the assignment; None where it is not at hand, as in a student's repository."""
    from autograder.catalogue import find_root, load_assignment

    try:
        return load_assignment(find_root(Path.cwd()), assignment_id)
    except UsageError:
        return None


def tell(kind: str, texts: Sequence[str]) -> None:
    """Say something beside the output, each text on a line of its own."""
    for text in texts:
        click.echo(f"{kind}: {visible(text)}", err=True)
