"""The ``assignment.toml`` of a bundle: what students may know of it, and enough to run the public tests."""

from __future__ import annotations

import json
from dataclasses import fields
from decimal import Decimal

from autograder.model import Assignment

# Where a submission is locked in is the grader's business: a student's own machine may not be able to.
_HEAD = (
    "# The public part of the assignment's settings, for `autograder check`. Nothing is to be changed here.\n"
)


def public_settings(assignment: Assignment) -> str:
    """Return the text of the file: `autograder.catalogue` reads from it the same title, exercises and limits."""
    lines = [
        _HEAD + 'format = "autograder-assignment/1"',
        f"title = {_value(assignment.title)}",
        "",
        "[limits]",
        *(
            f"{field.name} = {_value(getattr(assignment.limits, field.name))}"
            for field in fields(assignment.limits)
        ),
    ]
    for exercise in assignment.exercises:
        lines += ["", "[[exercise]]"]
        for key in ("id", "title", "file", "points"):
            lines.append(f"{key} = {_value(getattr(exercise, key))}")
        if exercise.defines:
            lines.append(f"defines = [{', '.join(map(_value, exercise.defines))}]")
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    match value:
        case str():
            # TOML's basic strings are JSON's, but for surrogate pairs (hence no escapes) and the one control above 31.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case Decimal():
            return f"{value:f}"
        case _:
            return repr(value)
