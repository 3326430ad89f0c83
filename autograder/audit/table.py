"""The scenarios of an assignment: the file ``audit.py`` beside its hidden tests. It is the trusted side's own code."""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import ConfigurationError
from autograder.model import CONCEPTS, Assignment
from autograder.testing.draw import Draw

from .scenario import Scenario, mark_of

FILE = "audit.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One scenario, as its file has it."""

    name: str
    title: str
    exercise: str
    concepts: tuple[str, ...]
    place: str
    """Where it stands, for messages."""
    make: Callable[[Draw], Scenario]

    def draw(self, seed: str) -> Scenario:
        """Return it with inputs from a seed; raises `ConfigurationError` if it does not make one that can be played."""
        try:
            made = self.make(Draw(seed))
        except Exception as error:
            raise ConfigurationError(
                f"{self.place}: it failed ({type(error).__name__}: {error}). Mend it."
            ) from error
        if not isinstance(made, Scenario) or not made.moments:
            raise ConfigurationError(f"{self.place}: it returns no Scenario with moments. Let it return one.")
        times = [moment.at for moment in made.moments]
        if times != sorted(times):
            raise ConfigurationError(
                f"{self.place}: its moments are not in the order of their times. Sort them."
            )
        return made


def read_scenarios(folder: Path, assignment: Assignment) -> tuple[Entry, ...]:
    """Return the scenarios in a folder of hidden tests, in their order; none where there is no such file.

    Raises `ConfigurationError` for a file that cannot be used.
    """
    file = folder / FILE
    if not file.is_file():
        return ()
    spec = importlib.util.spec_from_file_location(f"audit_of_{assignment.id}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ConfigurationError(
            f"{file}: cannot be loaded ({type(error).__name__}: {error}). Mend it."
        ) from error
    return tuple(
        _entry(file, name, thing, assignment)
        for name, thing in vars(module).items()
        if inspect.isfunction(thing) and mark_of(thing) is not None
    )


def _entry(file: Path, name: str, function: Callable[[Draw], Scenario], assignment: Assignment) -> Entry:
    mark = mark_of(function)
    assert mark is not None
    exercise, concepts = mark
    exercises = [each.id for each in assignment.exercises]
    place = f"{file}:{function.__code__.co_firstlineno}: {name}"
    if exercise not in exercises:
        raise ConfigurationError(f"{place}: its exercise is {exercise!r}; use one of {', '.join(exercises)}.")
    wrong = [concept for concept in concepts if concept not in CONCEPTS]
    if wrong or not concepts:
        what = repr(wrong[0]) if wrong else "missing"
        raise ConfigurationError(f"{place}: its concept is {what}; use one of {', '.join(CONCEPTS)}.")
    title = (function.__doc__ or name).strip().splitlines()[0].rstrip(".")
    entry = Entry(name=name, title=title, exercise=exercise, concepts=concepts, place=place, make=function)
    entry.draw("to see whether it can be played")
    return entry
