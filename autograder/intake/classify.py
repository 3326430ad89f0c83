"""Which file belongs to which exercise: by its exact name first, else by a similar name, else by what it defines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.model import Assignment, Exercise

_SEARCHED_BYTES = 256 * 2**10
_DEFINITION = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)
_SEPARATORS = re.compile(r"[\s\-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The files that stand for exercises though they are named otherwise."""

    renamed: dict[str, str]
    """Exercise id to the name of the file that was taken."""
    notes: tuple[str, ...]


def match_renamed(files: Mapping[str, bytes], assignment: Assignment) -> Matches:
    """Find a file for each exercise whose own file is missing; ``files`` are those that lie beside each other."""
    expected = {exercise.file for exercise in assignment.exercises}
    candidates = {
        name: content
        for name, content in files.items()
        if name not in expected and not name.startswith("test_")
    }
    recognised = {name: recognise(name, content, assignment) for name, content in sorted(candidates.items())}
    renamed, notes = {}, []
    for exercise in assignment.exercises:
        if exercise.file in files:
            continue
        names = [name for name, found in recognised.items() if found is exercise]
        if len(names) == 1:
            renamed[exercise.id] = names[0]
            notes.append(f"{names[0]} was taken for {exercise.file}")
        elif names:
            notes.append(
                f"{exercise.file} is missing, and any of {', '.join(names[:5])} could be it: none was taken"
            )
    return Matches(renamed=renamed, notes=tuple(notes))


def recognise(name: str, content: bytes, assignment: Assignment) -> Exercise | None:
    """Return the one exercise that this file answers, judged by its name and then by the names that it defines."""
    by_name = [exercise for exercise in assignment.exercises if _resembles(name, exercise.file)]
    if len(by_name) == 1:
        return by_name[0]
    defined = defined_names(content)
    by_content = [exercise for exercise in assignment.exercises if defined & own_names(exercise, assignment)]
    return by_content[0] if len(by_content) == 1 else None


def defined_names(content: bytes) -> set[str]:
    """Return the names of functions and classes that a file defines."""
    # A text search and not a parse: the file may be broken, hostile, or deep enough to exhaust a parser.
    return set(_DEFINITION.findall(content[:_SEARCHED_BYTES].decode("utf-8-sig", "replace")))


def own_names(exercise: Exercise, assignment: Assignment) -> set[str]:
    """Return the names that only this exercise of the assignment asks for."""
    others = {name for other in assignment.exercises if other is not exercise for name in other.defines}
    return set(exercise.defines) - others


def _resembles(name: str, expected: str) -> bool:
    """Whether ``name`` is what a browser, a learning platform or a student makes of ``expected``."""
    return _plain_stem(expected) in _plain_stem(name)


def _plain_stem(name: str) -> str:
    return _SEPARATORS.sub("_", PurePosixPath(name).stem.lower())
