"""Is this a ``results.json`` that Gradescope takes? Told strictly: what it only puts up with is an error, too."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from autograder.errors import UsageError
from autograder.gradescope.layout import template

SCHEMA = "results.schema.json"


def complaints(text: str) -> list[str]:
    """Return what is wrong with a document, each with its place; nothing if it is right.

    Raise `UsageError` where the library that knows schemas is not installed.
    """
    try:
        import jsonschema
    except ImportError:
        raise UsageError(
            "results cannot be checked without jsonschema. Install it: pip install 'async-autograder[gradescope]'"
        ) from None
    try:
        document: Any = json.loads(text, parse_constant=_refuse, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        return [f"this is no JSON: {error}"]
    validator = jsonschema.Draft202012Validator(json.loads(template(SCHEMA)))
    return sorted(f"{error.json_path}: {error.message[:500]}" for error in validator.iter_errors(document))


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member stands there twice")
    return members
