"""The page of a validation: its document, ``autograder-validation/1``, for people to read and print."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.escape import visible
from autograder.outputs.page import OurOwn, policy, read, write
from autograder.outputs.whole_file import whole_file

_MOST_DIFF_LINES = 200
_LONGEST_DIFF = 20_000


def write_validation_page(path: Path, document: Mapping[str, Any]) -> None:
    """Write the page whole or not at all; raise `GraderError` if the disk does not take it."""
    with whole_file(path, "utf-8") as stream:
        stream.write(validation_page(document))


def validation_page(document: Mapping[str, Any]) -> str:
    """Return the page of a document, without scripts and without anything from elsewhere."""
    style = read("report.css") + read("validation.css")
    assignments = [_assignment(each) for each in document["assignments"]]
    return write("validation.html.jinja", "page", document, assignments, policy(style), OurOwn(style))


def _assignment(assignment: Mapping[str, Any]) -> dict[str, Any]:
    steps = [
        {**step, "remarks": [{**each, "diff": _lines(each["diff"])} for each in step["remarks"]]}
        for step in assignment["steps"]
    ]
    return {**assignment, "steps": steps}


def _lines(diff: str) -> list[str]:
    if not diff:
        return []
    text = visible(diff.rstrip("\n"), lines=True, longest=_LONGEST_DIFF, most_lines=_MOST_DIFF_LINES)
    return text.split("\n")
