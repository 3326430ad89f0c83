"""``manifest.json``: what is in a bundle. `autograder check` shows the hints from it; a new release compares with it.

::

    {"format": "autograder-bundle/1", "kit_version": "0.1.0", "assignment": "lecture21", "title": "...",
     "files": {"README.md": SHA-256 as 64 hex digits, ...},        all files but this one, by path
     "exercises": [
      {"id": "21.1", "title": "...", "file": "ex21_1_gather.py", "notebook": "ex21_1_gather.ipynb", "points": 30,
       "blanks": [{"number": 1, "prompt": "...", "points": 2, "hints": ["...", "..."]}]}]}

``points`` of a blank is null where blanks have none of their own. Hints go from the gentlest to the most explicit.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath

from autograder import __version__
from autograder.catalogue.bundle import FORMAT, parse_manifest
from autograder.model import Assignment, Exercise
from autograder.release.reference import Reference


def make_manifest(
    assignment: Assignment, references: Iterable[tuple[Exercise, Reference]], files: Mapping[str, bytes]
) -> bytes:
    """Return the manifest of a bundle of these files."""
    document = {
        "format": FORMAT,
        "kit_version": __version__,
        "assignment": assignment.id,
        "title": assignment.title,
        "files": {path: digest(content) for path, content in sorted(files.items())},
        "exercises": [
            {
                "id": exercise.id,
                "title": exercise.title,
                "file": exercise.file,
                "notebook": exercise.notebook,
                "points": _number(exercise.points),
                "blanks": [
                    {
                        "number": region.number,
                        "prompt": region.prompt,
                        "points": _number(region.points),
                        "hints": list(region.hints),
                    }
                    for region in reference.regions
                ],
            }
            for exercise, reference in references
        ],
    }
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


@dataclass(frozen=True, slots=True)
class Released:
    """What a manifest tells of the bundle that was written with it."""

    assignment: str
    digests: dict[str, str]
    """Path of a file to the SHA-256 that it was written with."""


def read_manifest(content: bytes) -> Released | None:
    """Return what a manifest tells; None if anything in it is not as `make_manifest` writes it.

    More is asked than of a student's, which is there for its hints: after this one, files are replaced.
    """
    try:
        document = parse_manifest(content) or {}
    except (ValueError, RecursionError):
        return None
    assignment, files = document.get("assignment"), document.get("files")
    if not isinstance(assignment, str) or not isinstance(files, dict):
        return None
    if not all(_is_inside(path) and _is_digest(value) for path, value in files.items()):
        return None
    return Released(assignment, files)


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _number(points: Decimal | None) -> int | float | None:
    if points is None:
        return None
    return int(points) if points == points.to_integral_value() else float(points)


def _is_inside(path: str) -> bool:
    """Tell whether a path stays in the bundle's folder: a manifest may have been edited."""
    parts = PurePosixPath(path).parts
    return (
        bool(parts)
        and not path.startswith("/")
        and ".." not in parts
        and "\0" not in path
        and "\\" not in path
    )


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None
