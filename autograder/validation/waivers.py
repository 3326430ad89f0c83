"""Mutants that need not be caught, each with a reason: ``waivers.toml`` beside the hidden tests.

::

    ["21.2"]                                    # the exercise
    "drop-jump/main/1" = "the function ends there anyway"
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import ConfigurationError
from autograder.validation.case import Case, advice, failure
from autograder.validation.programs import Kind
from autograder.validation.report import Remark

FILE = "waivers.toml"

Waivers = dict[tuple[str, str], str]
"""Exercise and mutant's name to the reason."""


def read_waivers(folder: Path) -> Waivers:
    """Return the waivers beside a suite, none if there is no such file; raise `ConfigurationError` if it is wrong."""
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        tables = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path}: this cannot be read as TOML: {error}. Mend that line.") from error
    found: Waivers = {}
    for exercise, table in tables.items():
        if not isinstance(table, dict):
            raise ConfigurationError(
                f'{path}: {exercise} is no table. Write ["21.1"], the id of an exercise, above its waivers.'
            )
        for mutant, reason in table.items():
            if not isinstance(reason, str) or not reason.strip():
                raise ConfigurationError(
                    f"{path}: {exercise}: {mutant}: a waiver needs a reason, as a text that is not empty."
                )
            found[exercise, mutant] = reason.strip()
    return found


def check_waivers(case: Case) -> Iterator[Remark]:
    """Yield what is wrong with the waivers: an unknown exercise or mutant, or one that is caught after all."""
    graded = {(program.exercise, program.name): program for program in case.of_kind(Kind.MUTANT)}
    known = {exercise.id for exercise in case.assignment.exercises}
    chosen = {exercise.id for exercise in case.exercises}
    for (exercise, name), reason in case.waivers.items():
        if exercise not in known:
            yield failure(f"{FILE}: there is no exercise {exercise}; use one of {', '.join(sorted(known))}.")
        elif exercise not in chosen:
            continue
        elif (exercise, name) not in case.mutants:
            names = [mutant for of, mutant in case.mutants if of == exercise]
            close = difflib.get_close_matches(name, sorted(names), n=1)
            meant = f" Did you mean {close[0]}?" if close else " Take the waiver out."
            text = f"{FILE}: the reference has no such mutant (any more).{meant}"
            yield failure(text, exercise=exercise, subject=name)
        elif (exercise, name) in graded and case.verdict(graded[exercise, name]).lost:
            text = f"{FILE}: this mutant is waived ({reason}), but a test catches it. Take the waiver out."
            yield advice(text, exercise=exercise, subject=name)
