"""The systems whose exports are read: one row each, with a module of its own."""

from __future__ import annotations

import difflib
from dataclasses import replace

from autograder.errors import UsageError
from autograder.intake.exports import canvas, classroom50, git, gradescope, moodle, nbgrader
from autograder.intake.exports.entry import Place, System
from autograder.intake.tree import Unreadable

SYSTEMS = (
    System(
        name="canvas",
        title="the submissions of an assignment in Canvas",
        looks_like=canvas.looks_like,
        read=canvas.read,
        file_name=canvas.file_name,
    ),
    System(
        name="moodle",
        title="the submissions of an assignment in Moodle",
        looks_like=moodle.looks_like,
        read=moodle.read,
        file_name=moodle.file_name,
    ),
    System(
        name="gradescope",
        title="an export of Gradescope",
        looks_like=gradescope.looks_like,
        read=gradescope.read,
    ),
    System(
        name="classroom50",
        title="the repositories of a Classroom 50",
        looks_like=classroom50.looks_like,
        read=classroom50.read,
    ),
    System(name="git", title="a folder of git clones", looks_like=git.looks_like, read=git.read),
    System(
        name="nbgrader",
        title="what nbgrader has collected",
        looks_like=nbgrader.looks_like,
        read=nbgrader.read,
    ),
)

AUTO, NONE = "auto", "none"
SOURCES = (AUTO, NONE, *(system.name for system in SYSTEMS))


def check_source(source: str) -> None:
    """Raise `UsageError` if there is no such source."""
    if source not in SOURCES:
        close = difflib.get_close_matches(source, SOURCES, n=1, cutoff=0.5)
        meant = f"Did you mean {close[0]}? " if close else ""
        raise UsageError(f"--from {source}: {meant}It is one of {', '.join(SOURCES)}.")


def recognise_export(place: Place, source: str) -> tuple[System, Place] | None:
    """Return the system that a place comes from, and where exactly its export lies; None for an ordinary class.

    By itself (`AUTO`) only what can be nothing else is recognised, and what looks like two systems is neither.
    """
    if source == NONE:
        return None
    places = [place, *_unwrapped(place)]
    if source != AUTO:
        system = next(each for each in SYSTEMS if each.name == source)
        return system, next((each for each in places if system.looks_like(each)), places[-1])
    found = [(system, each) for each in places for system in SYSTEMS if system.looks_like(each)]
    names = {system.name for system, _ in found}
    if names == {"classroom50", "git"}:  # clones with results beside them
        return next(each for each in found if each[0].name == "classroom50")
    return found[0] if len(names) == 1 else None


def file_names(name: str) -> list[str]:
    """Return what a student may have called the file that has this name in an export."""
    return [plain for system in SYSTEMS if (plain := system.file_name(name)) and plain != name]


def _unwrapped(place: Place) -> list[Place]:
    """Return the folder that was packed as a whole, if there is nothing beside it."""
    if len(place.content.folders) != 1 or place.content.files:
        return []
    (inner,) = place.content.folders
    try:
        content = inner.list()
    except Unreadable:
        return []
    disk = None if place.disk is None else place.disk / inner.name
    content = replace(content, notes=(*place.content.notes, *content.notes))
    return [replace(place, name=inner.name, content=content, disk=disk)]
