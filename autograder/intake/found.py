"""Submissions as they were found, and what makes their ids unique."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from autograder.intake.tree import ARCHIVES, printable
from autograder.model import Submission

_ID_SUFFIXES = (*ARCHIVES, ".py", ".ipynb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A submission and where it was found."""

    origin: str
    """Unique: the absolute path, for a member of a zip with its path in there."""
    submission: Submission


def make_id(name: str) -> str:
    """Return the id of a submission in a file or folder of this name."""
    name = printable(name)
    for suffix in _ID_SUFFIXES:
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)]
    return name


def with_unique_ids(found: Sequence[Found]) -> list[Submission]:
    """Return the submissions; ids that occur twice get more of their origin, from the nearest folder upwards."""
    ids = {each.origin: each.submission.id for each in found}
    for lengthen in (_parent_and_id, _parent_and_name, _whole_origin):
        twice = {name for name, count in Counter(ids.values()).items() if count > 1}
        for each in found:
            if ids[each.origin] in twice:
                ids[each.origin] = lengthen(PurePosixPath(each.origin), each.submission)
    return [replace(each.submission, id=ids[each.origin]) for each in found]


def _parent_and_id(origin: PurePosixPath, submission: Submission) -> str:
    return f"{make_id(origin.parent.name)}-{submission.id}"


def _parent_and_name(origin: PurePosixPath, submission: Submission) -> str:
    return f"{make_id(origin.parent.name)}-{printable(origin.name)}"


def _whole_origin(origin: PurePosixPath, submission: Submission) -> str:
    return printable(str(origin)).strip("/").replace("/", "-")
