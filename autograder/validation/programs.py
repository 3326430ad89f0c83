"""The programs that an exercise is validated with: the reference, its skeleton, the samples.

Every program stands for one exercise: one file that is graded on the tests of that exercise alone, since the exercises
of an assignment do not depend on each other. A sample that holds all files of an assignment becomes several programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from autograder.errors import IntakeError
from autograder.intake import read_paths
from autograder.model import CONCEPTS, Assignment, Exercise, Submission
from autograder.release import Reference, partially_filled
from autograder.validation.mutants import Mutant

LOSES = "# loses:"
"""How the first line of a wrong sample begins: then come the concepts on which it must lose points."""

LOAD = "load"
"""In place of concepts: the file cannot be loaded, so all are lost."""


class Kind(StrEnum):
    """What is known of a program beforehand."""

    REFERENCE = "reference"
    SKELETON = "skeleton"
    OPEN_BLANK = "open blank"
    """The reference with one blank left open."""
    RIGHT = "right"
    WRONG = "wrong"
    MUTANT = "mutant"
    PROBE = "probe"
    """The reference with one function that ends its process: it shows which tests run that function."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Program:
    """One program; two are the same only if they are the same object."""

    kind: Kind
    name: str
    """Its own among those of its kind and exercise."""
    exercise: str
    content: bytes
    """The exercise's file."""
    beside: Mapping[str, bytes] = field(default_factory=dict)
    """Files that the program has brought along and that belong to no exercise, by name."""
    path: Path | None = None
    loses: frozenset[str] = frozenset()
    """Concepts that a wrong sample must lose points on."""
    blank: int | None = None
    mutant: Mutant | None = None

    @property
    def title(self) -> str:
        """Return what it is called in reports."""
        match self.kind:
            case Kind.REFERENCE | Kind.SKELETON:
                return self.kind.value
            case Kind.OPEN_BLANK:
                return f"blank {self.blank} left open"
        return f"{self.kind.value}/{self.name}"


Complain = Callable[[str, str, str], None]
"""Takes the exercise's id (or an empty text), what it is about, and what is wrong with it."""


def reference_programs(assignment: Assignment, exercises: tuple[Exercise, ...]) -> Iterator[Program]:
    """Yield reference and skeleton of each exercise, as far as they are there."""
    for kind, folder in ((Kind.REFERENCE, assignment.solutions), (Kind.SKELETON, assignment.folder)):
        for exercise in exercises:
            path = folder / exercise.file
            if path.is_file():
                content = path.read_bytes()
                yield Program(kind=kind, name=kind.value, exercise=exercise.id, content=content, path=path)


def programs_with_one_blank(exercise: Exercise, reference: Reference) -> Iterator[Program]:
    """Yield the reference once for each of its blanks, with this one left open."""
    for region in reference.regions:
        yield Program(
            kind=Kind.OPEN_BLANK,
            name=str(region.number),
            exercise=exercise.id,
            content=partially_filled(reference, {region.number}).encode(),
            path=reference.path,
            blank=region.number,
        )


def right_samples(
    assignment: Assignment, exercises: tuple[Exercise, ...], complain: Complain
) -> Iterator[Program]:
    """Yield the programs in ``right/<name>/``; complain of a sample in which an exercise is missing."""
    folder = _folder(assignment, "right")
    if folder is None:
        return
    paths = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    for path in paths:
        try:
            (sample,) = read_paths([path], assignment)
        except (IntakeError, ValueError) as error:
            complain("", str(path), f"this right sample cannot be read: {error}")
            continue
        if sample.broken:
            complain("", str(path), f"this right sample cannot be read: {sample.broken}")
            continue
        yield from _split(sample, path, assignment, exercises, complain)


def _split(
    sample: Submission,
    path: Path,
    assignment: Assignment,
    exercises: tuple[Exercise, ...],
    complain: Complain,
) -> Iterator[Program]:
    own = {exercise.file for exercise in assignment.exercises}
    beside = {name: content for name, content in sample.files.items() if name not in own}
    for exercise in exercises:
        content = sample.files.get(exercise.file)
        if content is None:
            complain(exercise.id, str(path), f"this right sample has no {exercise.file}: add it")
            continue
        yield Program(
            kind=Kind.RIGHT,
            name=path.name,
            exercise=exercise.id,
            content=content,
            beside=beside,
            path=path / exercise.file,
        )


def wrong_samples(
    assignment: Assignment, exercises: tuple[Exercise, ...], complain: Complain
) -> Iterator[Program]:
    """Yield the programs in ``wrong/<exercise>/``; complain of one that does not say what it loses on."""
    folder = _folder(assignment, "wrong")
    if folder is None:
        return
    known = {exercise.id for exercise in assignment.exercises}
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in known and not path.name.startswith((".", "_")):
            complain(
                "", str(path), f"there is no such exercise: rename it to one of {', '.join(sorted(known))}"
            )
    for exercise in exercises:
        for path in sorted((folder / exercise.id).glob("*.py")):
            content = path.read_bytes()
            loses = read_loses(content)
            if problem := _wrong_first_line(loses):
                complain(exercise.id, str(path), problem)
                continue
            yield Program(
                kind=Kind.WRONG,
                name=path.stem,
                exercise=exercise.id,
                content=content,
                path=path,
                loses=loses,
            )


def read_loses(content: bytes) -> frozenset[str]:
    """Return the concepts that the first line of a wrong sample names."""
    line = (content.splitlines() or [b""])[0].decode("utf-8-sig", "replace")
    concepts = line.partition(LOSES)[2] if line.startswith(LOSES) else ""
    return frozenset(concept.strip() for concept in concepts.split(",") if concept.strip())


def _wrong_first_line(loses: frozenset[str]) -> str:
    if not loses:
        return f"its first line must say what it loses on, such as: {LOSES} timing, main"
    unknown = sorted(loses - set(CONCEPTS))
    if unknown:
        return f"it is to lose on {unknown[0]}, which is no concept; use some of {', '.join(CONCEPTS)}"
    return ""


def _folder(assignment: Assignment, name: str) -> Path | None:
    if assignment.samples is None or not (assignment.samples / name).is_dir():
        return None
    return assignment.samples / name
