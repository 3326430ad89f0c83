"""The files of an exercise, made from the texts in ``templates/``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from string import Template

from autograder.scaffolding.names import ExerciseName
from autograder.scaffolding.shares import share_out


def values_for(name: ExerciseName, title: str, points: Decimal, *, suffix: str) -> dict[str, str]:
    """Return what stands in the place of each ``$name`` of the templates.

    ``suffix`` ends the names of the tests: each name is given once among all tests of an assignment.
    """
    return {
        "id": name.id,
        "file": name.file,
        "points": f"{points:f}",
        "suffix": suffix,
        "assignment": name.lecture,
        "heading": _in_docstring(f"Exercise {name.id}: {title}{'' if title[-1] in '.!?' else '.'}"),
        "quoted_id": _toml(name.id),
        "quoted_title": _toml(title),
        "title_in_table": _markdown(title),
        "assignment_title": _toml(name.assignment_title),
        "assignment_text": name.assignment_title,
        **share_out(points),
    }


def render(template: str, values: Mapping[str, str]) -> str:
    """Return a template with its values in place."""
    return _template(template).substitute(values)


@cache
def _template(name: str) -> Template:
    return Template(files("autograder.scaffolding").joinpath("templates", f"{name}.in").read_text("utf-8"))


def _toml(text: str) -> str:
    """Return a text as a string of TOML, whose escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)


def _in_docstring(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', '""\\"')


def _markdown(text: str) -> str:
    """Return a text as a cell of a table, in which nothing is markup."""
    return re.sub(r"([\\`*_\[\]<>|&#~$])", r"\\\1", text)
