"""Which jail is used: the table of backends, and the choice between them."""

from __future__ import annotations

from collections.abc import Callable

from autograder.errors import UsageError

from . import bwrap, plain
from .interpreter import Interpreter

Command = Callable[[Interpreter, int], list[str]]

BACKENDS: dict[str, Command] = {"bwrap": bwrap.command, "plain": plain.command}
"""Name to the function that gives the zygote's command line, strongest first."""


def choose_backend(name: str) -> str:
    """Return the backend for a ``--jail`` setting; ``auto`` is the strongest, never silently a weaker one.

    Raises `UsageError` for an unknown name.
    """
    if name == "auto":
        return "bwrap"
    if name not in BACKENDS:
        raise UsageError(f"--jail {name}: no such jail. Choose one of: auto, {', '.join(BACKENDS)}.")
    return name
