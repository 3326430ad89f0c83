"""Which files a new exercise needs, in memory: nothing is written here."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from autograder.catalogue.find import FILE, list_assignments, load_assignment
from autograder.errors import UsageError
from autograder.model import PUBLIC_TESTS, Assignment
from autograder.release import partially_filled, read_reference, skeleton
from autograder.scaffolding.extension import check_is_new, with_exercise, with_public_tests
from autograder.scaffolding.names import ExerciseName, check_title
from autograder.scaffolding.rendering import render, values_for

RIGHT = "task_group"
WRONG = "blocking_sleep"
"""The names of the samples: a legal style, and the diagnosis of a mistake."""

_MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A new exercise and its files, by their paths below the course's folder."""

    root: Path
    name: ExerciseName
    title: str
    points: Decimal
    new: dict[str, bytes]
    changed: dict[str, bytes]
    """Files that are there and get something added; the assignment's own comes last."""
    old: dict[str, bytes]
    """What is in these now."""


def find_course(start: Path) -> Path:
    """Return the nearest folder, from ``start`` upwards, that holds an assignment; ``start`` if there is none."""
    start = start.absolute()
    return next((each for each in (start, *start.parents) if list_assignments(each)), start)


def plan_exercise(root: Path, name: ExerciseName, points: Decimal, title: str | None = None) -> Plan:
    """Return what is to be written for a new exercise, in a new assignment or in one that is there already.

    Raise `UsageError` if a file of the new exercise exists already, or the exercise does; `ConfigurationError` if the
    assignment cannot be extended as it is.
    """
    title = name.title if title is None else check_title(title)
    known = list_assignments(root)
    _check_case(root, name, known)
    assignment = load_assignment(root, name.lecture, said="") if name.lecture in known else None
    if assignment is not None:
        check_is_new(assignment, name)
    suffix = "" if assignment is None else f"_in_{name.module}"
    values = values_for(name, title, points, suffix=suffix)
    new = {path: text.encode() for path, text in _own_files(name, values)}
    changed: dict[str, bytes] = {}
    folder = f"assignments/{name.lecture}"
    public = f"{folder}/{PUBLIC_TESTS}"
    head, part = render("public_head.py", values), render("public_part.py", values)
    if assignment is None:
        new[f"{folder}/README.md"] = render("README.md", values).encode()
        new[f"{folder}/{FILE}"] = (
            render("assignment.toml", values).encode() + render("exercise.toml", values).encode()
        )
    if assignment is not None and (root / public).is_file():
        changed[public] = with_public_tests(root / public, head, part)
    else:
        new[public] = (head + part).encode()
    new |= dict(_right_samples(name, values, assignment))
    if assignment is not None:
        changed[f"{folder}/{FILE}"] = with_exercise(root / folder / FILE, render("exercise.toml", values))
    _check_places(root, new)
    return Plan(
        root=root,
        name=name,
        title=title,
        points=points,
        new=dict(sorted(new.items())),
        changed=changed,
        old={path: (root / path).read_bytes() for path in changed},
    )


def _check_case(root: Path, name: ExerciseName, known: list[str]) -> None:
    """On some file systems Lecture30 and lecture30 are one folder."""
    for each in known:
        if each != name.lecture and each.lower() == name.lecture.lower():
            raise UsageError(
                f"{name.lecture}: there is {root / 'assignments' / each} already. Write {each}/{name.module}, or take "
                "a name that differs in more than capitals."
            )


def _own_files(name: ExerciseName, values: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the files that belong to this exercise alone."""
    solution = render("solution.py", values)
    yield f"solutions/{name.lecture}/{name.file}", solution
    yield f"assignments/{name.lecture}/{name.file}", _skeleton(name, solution)
    yield f"tests/hidden/{name.lecture}/test_{name.file}", render("test_hidden.py", values)
    yield f"tests/submissions/{name.lecture}/wrong/{name.id}/{WRONG}.py", render("wrong.py", values)


def _skeleton(name: ExerciseName, solution: str) -> str:
    with tempfile.TemporaryDirectory(prefix="autograder-new-") as made:
        path = Path(made) / name.file
        path.write_bytes(solution.encode())
        return skeleton(read_reference(path))


def _right_samples(
    name: ExerciseName, values: dict[str, str], assignment: Assignment | None
) -> Iterator[tuple[str, bytes]]:
    """Yield the new program of every right sample: a right sample has all files of its assignment.

    Where there is none, one is made; the other exercises in it are as in their references.
    """
    folder = f"tests/submissions/{name.lecture}/right"
    program = render("right.py", values).encode()
    there = sorted(_folders(assignment.samples / "right")) if assignment and assignment.samples else []
    if there:
        yield from ((f"{folder}/{each}/{name.file}", program) for each in there)
        return
    yield f"{folder}/{RIGHT}/{name.file}", program
    for exercise in assignment.exercises if assignment else ():
        reference = read_reference(assignment.solutions / exercise.file) if assignment else None
        if reference is not None:
            yield f"{folder}/{RIGHT}/{exercise.file}", partially_filled(reference, ()).encode()


def _folders(path: Path) -> list[str]:
    if not path.is_dir():
        return []
    return [each.name for each in path.iterdir() if each.is_dir() and not each.name.startswith(".")]


def _check_places(root: Path, new: dict[str, bytes]) -> None:
    """Raise `UsageError` if one of the files exists, or if a file stands where a folder is needed."""
    there = [path for path in sorted(new) if os.path.lexists(root / path)]
    for path in sorted(new):
        for folder in Path(path).parents[:-1]:
            if os.path.lexists(root / folder) and not (root / folder).is_dir():
                there.append(folder.as_posix())
    if there:
        there = list(dict.fromkeys(there))
        more = f"\n  and {len(there) - _MOST} more" if len(there) > _MOST else ""
        raise UsageError(
            f"in {root} there is already:\n"
            + "\n".join(f"  {path}" for path in there[:_MOST])
            + more
            + "\nNothing was written. Take another name, or move these away first."
        )
