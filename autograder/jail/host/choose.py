"""Which jail is used: the table of backends, strongest first, and the choice between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograder.errors import JailUnavailable, UsageError

from . import bwrap, chroot, landlock, plain
from .start import Backend

BACKENDS: dict[str, Backend] = {
    module.BACKEND.name: module.BACKEND for module in (bwrap, landlock, chroot, plain)
}
"""Name to backend, strongest first. A new one is a module with a ``BACKEND`` and a place in this row."""

NEVER_BY_ITSELF = "plain"
"""Chosen only by its name: it locks nobody in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The jail that a run uses."""

    backend: str
    passed_over: tuple[str, ...] = ()
    """Why each stronger jail was not used, for the user to read."""


def choose_jail(wanted: str, required: str, probe: Callable[[str], None]) -> Choice:
    """Return the jail for a ``--jail`` setting: the named one, or for ``auto`` the strongest that works here.

    ``probe`` starts a jail and raises `JailUnavailable` when that fails. ``required`` is the weakest that the
    assignment allows, empty for no demand. Raises `UsageError` for an unknown name or one that is too weak, and
    `JailUnavailable` when none is left.
    """
    names = list(BACKENDS)
    if wanted != "auto":
        check_name(wanted)
        _check_strength(wanted, required)
        try:
            probe(wanted)
        except JailUnavailable as error:
            raise JailUnavailable(_cannot_be_used(wanted, error)) from None
        return Choice(backend=wanted)
    weakest = required or names[names.index(NEVER_BY_ITSELF) - 1]
    passed_over: list[str] = []
    for name in names[: names.index(weakest) + 1]:
        try:
            probe(name)
        except JailUnavailable as error:
            passed_over.append(_cannot_be_used(name, error))
        else:
            return Choice(backend=name, passed_over=tuple(passed_over))
    demand = f" (assignment.toml requires {required})" if required else ""
    raise JailUnavailable(
        f"student code cannot be locked in on this machine{demand}.\n"
        + "".join(f"  {each}\n" for each in passed_over)
        + "`autograder doctor` tells more. --jail plain grades without walls, code that you trust."
    )


def check_name(name: str) -> None:
    """Raise `UsageError` for a name that no jail has."""
    if name != "auto" and name not in BACKENDS:
        raise UsageError(f"--jail {name}: no such jail. Choose one of: auto, {', '.join(BACKENDS)}.")


def _cannot_be_used(name: str, error: JailUnavailable) -> str:
    return f"the {name} jail cannot be used here: {error}"


def _check_strength(wanted: str, required: str) -> None:
    names = list(BACKENDS)
    if required and names.index(wanted) > names.index(required):
        raise UsageError(
            f"--jail {wanted}: weaker than {required}, which assignment.toml requires. "
            f"Choose one of: {', '.join(names[: names.index(required) + 1])}."
        )
