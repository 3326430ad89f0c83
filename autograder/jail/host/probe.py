"""Find out which jail works here, by starting it."""

from __future__ import annotations

from pathlib import Path

from . import choose
from .cgroup import remove_abandoned
from .choose import Choice
from .interpreter import find_interpreter
from .launch import Jail, fix_addresses

__all__ = ["choose_jail", "fix_addresses"]


def choose_jail(wanted: str, required: str = "", python: Path | None = None) -> Choice:
    """Return the jail for a ``--jail`` setting, tried out with the interpreter ``python``.

    ``required`` is the weakest that the assignment allows. Raises `UsageError` and `JailUnavailable` with the remedy.
    """
    interpreter = find_interpreter(python)
    fix_addresses()
    remove_abandoned()

    def probe(name: str) -> None:
        with Jail(name, interpreter) as jail:
            jail.start({})

    return choose.choose_jail(wanted, required, probe)
