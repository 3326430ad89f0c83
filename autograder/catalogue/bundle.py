"""A released bundle, as it lies on a student's machine: the public half of an assignment, and its ``manifest.json``.

The manifest tells of the blanks: what is asked, and the hints. It is a help and no condition: a folder without one, or
with one that cannot be read, is checked all the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.catalogue.find import FILE
from autograder.catalogue.settings import read_settings
from autograder.model import PUBLIC_TESTS, Assignment

MANIFEST = "manifest.json"
FORMAT = "autograder-bundle/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """What the manifest tells of one blank."""

    number: int
    prompt: str
    hints: tuple[str, ...]
    """From the gentlest to the most explicit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A folder that students work in."""

    assignment: Assignment
    blanks: dict[str, tuple[Blank, ...]] = field(default_factory=dict)
    """Exercise id to its blanks, in order; empty where no manifest tells of them."""
    digests: dict[str, str] = field(default_factory=dict)
    """Path of a released file to its SHA-256, as the manifest says."""
    notes: tuple[str, ...] = ()
    """What is odd about the bundle, for the student."""

    def is_changed(self, path: Path, name: str) -> bool:
        """Tell whether a file is not as ``name`` was released; False where no manifest tells, or there is no file."""
        released = self.digests.get(name)
        return released is not None and path.is_file() and released not in _digests_of(path.read_bytes())


def find_bundle(start: Path) -> Path | None:
    """Return the nearest folder, from ``start`` upwards, that holds an assignment and its public tests."""
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / FILE).is_file() and (folder / PUBLIC_TESTS).is_file():
            return folder
    return None


def find_incomplete(start: Path) -> tuple[Path, tuple[str, ...]] | None:
    """Return the nearest folder, from ``start`` upwards, that holds a part of a bundle, and what is missing there."""
    start = start.absolute()
    for folder in (start, *start.parents):
        missing = tuple(name for name in (FILE, PUBLIC_TESTS) if not (folder / name).is_file())
        if len(missing) == 1 or (missing and _read_manifest(folder / MANIFEST)[0]):
            return folder, missing
    return None


def read_bundle(folder: Path) -> Bundle:
    """Read a bundle; raise `ConfigurationError` if its ``assignment.toml`` is wrong."""
    settings = read_settings(folder / FILE)
    manifest, notes = _read_manifest(folder / MANIFEST)
    name = manifest.get("assignment")
    assignment = Assignment(
        id=name if isinstance(name, str) and name else folder.resolve().name,
        title=settings.title,
        folder=folder,
        # A bundle has neither; they are looked for where nothing is.
        solutions=folder / "solutions",
        hidden_tests=folder / "tests",
        exercises=settings.exercises,
        limits=settings.limits,
        reveal=settings.reveal,
    )
    files = manifest.get("files")
    bundle = Bundle(
        assignment=assignment,
        blanks=dict(_blanks(manifest)),
        digests={k: v for k, v in files.items() if isinstance(v, str)} if isinstance(files, dict) else {},
        notes=tuple(notes),
    )
    if not bundle.is_changed(folder / PUBLIC_TESTS, PUBLIC_TESTS):
        return bundle
    note = (
        f"{PUBLIC_TESTS} is not as it was released: these results say nothing about the released tests. "
        "Take the file from the bundle again if you did not mean to change it."
    )
    return replace(bundle, notes=(*notes, note))


def parse_manifest(content: bytes) -> dict[str, Any] | None:
    """Return what a manifest says, None if it is none of ours; nothing in it is checked but the name of its form.

    Raise `ValueError` or `RecursionError` for what is no JSON.
    """
    document = json.loads(content)
    return document if isinstance(document, dict) and document.get("format") == FORMAT else None


def _read_manifest(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Return what the manifest says, nothing if it cannot be used; and why not."""
    try:
        document = parse_manifest(path.read_bytes())
    except FileNotFoundError:
        return {}, []
    except (OSError, ValueError, RecursionError) as error:
        return {}, [f"{MANIFEST} cannot be read, so there are no hints from it ({type(error).__name__})."]
    if document is None:
        return {}, [f"{MANIFEST} is no manifest of the form {FORMAT}, so there are no hints from it."]
    return document, []


def _blanks(manifest: dict[str, Any]) -> Iterator[tuple[str, tuple[Blank, ...]]]:
    for exercise in _dicts(manifest.get("exercises")):
        if isinstance(exercise.get("id"), str):
            yield (
                exercise["id"],
                tuple(_blank(each) for each in _dicts(exercise.get("blanks")) if _is_blank(each)),
            )


def _is_blank(given: dict[str, Any]) -> bool:
    return type(given.get("number")) is int and isinstance(given.get("prompt"), str)


def _blank(given: dict[str, Any]) -> Blank:
    hints = given.get("hints")
    texts = tuple(each for each in hints if isinstance(each, str)) if isinstance(hints, list) else ()
    return Blank(number=given["number"], prompt=given["prompt"], hints=texts)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _digests_of(content: bytes) -> set[str]:
    """Return the digests of a file's content, with line ends as they are and as released: git may change them."""
    return {hashlib.sha256(form).hexdigest() for form in (content, content.replace(b"\r\n", b"\n"))}
