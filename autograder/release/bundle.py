"""All that students get for an assignment, put together in memory: path in the bundle to content."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from autograder.catalogue.bundle import MANIFEST
from autograder.errors import ConfigurationError, ReleaseRefused
from autograder.model import PUBLIC_TESTS, Assignment, Exercise
from autograder.release.editor import editor_files
from autograder.release.hints import hints_page
from autograder.release.leaks import Secrets
from autograder.release.manifest import make_manifest
from autograder.release.notebook import notebook
from autograder.release.public_settings import public_settings
from autograder.release.reference import Reference, check_points, read_reference
from autograder.release.skeleton import partially_filled, skeleton

_MOST_LEAKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle, and the programs that show whether it is sound."""

    files: dict[str, bytes]
    skeletons: dict[str, bytes]
    """Name of an exercise's file to its skeleton, as it is in `files`."""
    solutions: dict[str, bytes]
    """Name of an exercise's file to the reference without markers and hints: for the grader, never for students."""


def make_bundle(assignment: Assignment) -> Bundle:
    """Make the bundle of an assignment.

    Raise `ConfigurationError` with file and line if a solution is not fit for it or a file is missing, and
    `ReleaseRefused` if a file would give away a line of a solution or of a hidden test.
    """
    references = [(exercise, _read(assignment, exercise)) for exercise in assignment.exercises]
    skeletons = {exercise.file: skeleton(reference) for exercise, reference in references}
    texts = {
        "README.md": _readme(assignment.folder / "README.md"),
        PUBLIC_TESTS: _public_tests(assignment.public_tests),
        "HINTS.md": hints_page(assignment, references),
        "assignment.toml": public_settings(assignment),
        **editor_files(),
        **skeletons,
    }
    for exercise, reference in references:
        texts[exercise.notebook] = notebook(exercise, reference, skeletons[exercise.file])
    files = {path: text.encode() for path, text in sorted(texts.items())}
    files[MANIFEST] = make_manifest(assignment, references, files)
    _refuse_leaks(assignment, [reference for _, reference in references], files)
    return Bundle(
        files=files,
        skeletons={name: text.encode() for name, text in skeletons.items()},
        solutions={
            exercise.file: partially_filled(reference, ()).encode() for exercise, reference in references
        },
    )


def _read(assignment: Assignment, exercise: Exercise) -> Reference:
    reference = read_reference(assignment.solutions / exercise.file)
    check_points(reference, exercise)
    return reference


def _readme(path: Path) -> str:
    return _text(
        path,
        "write one in plain words: what the exercises are about, how to work on them, what is tested, how to hand in",
    )


def _public_tests(path: Path) -> str:
    text = _text(
        path,
        "write tests that students may see, in the same form as the hidden ones (`student`, `rng`, and the marks "
        "exercise, concept and hint), under names of their own: one or two for each thing that a program must do",
    )
    try:
        ast.parse(text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise ConfigurationError(f"{path}:{line}: the public tests are not valid Python: {error}") from error
    return text


def _text(path: Path, advice: str) -> str:
    try:
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except FileNotFoundError as error:
        raise ConfigurationError(f"{path}: there is no such file, but students need it: {advice}.") from error
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror}). Make it readable.") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigurationError(f"{path}:{line}: this is not UTF-8. Save the file as UTF-8.") from error


def _refuse_leaks(assignment: Assignment, references: list[Reference], files: dict[str, bytes]) -> None:
    leaks = Secrets(references, assignment.hidden_tests).find(files, PUBLIC_TESTS)
    if leaks:
        more = f"\nand {len(leaks) - _MOST_LEAKS} more" if len(leaks) > _MOST_LEAKS else ""
        raise ReleaseRefused(
            "the bundle would give secrets away, so it was not written:\n"
            + "\n".join(map(str, leaks[:_MOST_LEAKS]))
            + more
            + "\nTake this out of the file that it came from: the README, the public tests, or the given lines, "
            "prompts and hints of a solution."
        )
