"""What several commands take from their command line in the same way."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click

from autograder.errors import UsageError

LARGEST_SEED = 2**53 - 1
"""JSON readers that know only doubles still tell this number from its neighbours."""


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Return a function that turns a text into an integer between two bounds, both included."""

    def convert(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= 16 and low <= int(text) <= high):
            raise click.BadParameter(f"{text!r} is not a whole number from {low} to {high}.")
        return int(text)

    return convert


def path_of(what: str, text: str) -> Path:
    """Return the path in an argument; raise `UsageError` if it is empty."""
    if not text:
        raise UsageError(f"{what} is empty. Give it a path.")
    return Path(text)


def program_of(text: str) -> Path:
    """Return the interpreter that ``--python`` names."""
    path = path_of("--python", text)
    # `./python` is a file here, `python3.12` is looked for on the PATH; `Path` alone would drop the difference.
    return path.absolute() if os.sep in text else path


def usable_cpus() -> int:
    """Return how many CPUs this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
