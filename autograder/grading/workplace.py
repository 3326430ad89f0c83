"""Where a student works: the folder with the exercises, the files in it, and the bundle that has the public tests.

A student's own machine, whatever it runs: this is plain reading of plain files, and not the wary intake of what
somebody else has handed in.
"""

from __future__ import annotations

import difflib
import itertools
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.catalogue import (
    Bundle,
    choose_assignment,
    find_bundle,
    find_incomplete,
    find_root,
    load_assignment,
    read_bundle,
)
from autograder.errors import ConfigurationError, UsageError
from autograder.intake.answers import Answers, compare_done
from autograder.intake.notebook import MAX_NOTEBOOK_BYTES, read_notebook
from autograder.intake.tree import Unreadable
from autograder.model import PUBLIC_TESTS, Assignment, Exercise, Notebook

_MOST_BYTES = 2**20
_MOST_FILES = 100
_MOST_FOLDERS = 100
_LEVELS_DOWN = 2
"""How deep modules of one's own may lie beside the exercises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What is to be checked."""

    bundle: Bundle
    folder: Path
    exercises: tuple[Exercise, ...]
    files: dict[str, bytes]
    """Path below the folder, with forward slashes, to content: the exercises and what they may import."""
    missing: dict[str, str]
    """Exercise id to why its file is not there, and what to do."""
    notebooks: dict[str, Notebook] = field(default_factory=dict)
    """Which of these files are notebooks whose cells were joined."""
    notes: tuple[str, ...] = ()
    """What else is odd, for the student."""


def find_workplace(path: Path, assignment_id: str | None = None) -> Workplace:
    """Find what is to be checked at ``path``, a folder or one exercise's file.

    Raises `UsageError` if there is no such thing, `ConfigurationError` if the ``assignment.toml`` is wrong.
    """
    if not path.exists():
        raise UsageError(
            f"{path}: there is no such file or folder. Give the folder of the exercises, or one of their files."
        )
    single = None if path.is_dir() else path.name
    folder = Path(os.path.abspath(path if single is None else path.parent))
    bundle = _find_bundle(folder, assignment_id)
    assignment = bundle.assignment
    chosen = assignment.exercises if single is None else (_exercise_named(path, assignment),)
    if single is None and not _holds_one(folder, assignment) and _holds_one(assignment.folder, assignment):
        if not folder.resolve().is_relative_to(assignment.folder.resolve()):
            raise _nothing_there(folder, assignment)
        folder = assignment.folder
    work = _Work(bundle, folder)
    for exercise in chosen:
        work.take(exercise, single)
    if len(work.missing) == len(chosen) and not any(_exists(folder, each) for each in chosen):
        raise _nothing_there(folder, assignment)
    files = work.files | work.answers.files
    files |= dict(_modules_beside(folder, set(files)))
    return Workplace(
        bundle=bundle,
        folder=folder,
        exercises=tuple(chosen),
        files=files,
        notebooks=work.answers.notebooks,
        missing=work.missing,
        notes=(*bundle.notes, *work.notes),
    )


def _find_bundle(folder: Path, assignment_id: str | None) -> Bundle:
    """Return the bundle around the folder or around where we are; where there is none, what a clone knows."""
    around = find_bundle(folder)
    found = around or find_bundle(Path.cwd())
    bundle = None if found is None else read_bundle(found)
    if bundle is not None and assignment_id in (None, bundle.assignment.id):
        return bundle
    if bundle is not None and around is not None:
        raise _another_bundle(bundle, assignment_id)
    try:
        assignment = _from_clone(folder, assignment_id)
    except ConfigurationError:
        raise
    except UsageError:
        if bundle is not None:
            raise _another_bundle(bundle, assignment_id) from None
        incomplete = find_incomplete(folder) or find_incomplete(Path.cwd())
        if incomplete is None:
            raise
        place, missing = incomplete
        what = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
        raise UsageError(
            f"{place}: {what}, so there is nothing to check with. "
            f"Take {'it' if len(missing) == 1 else 'them'} from the bundle again; your own files can stay."
        ) from None
    if not assignment.public_tests.is_file():
        raise UsageError(
            f"{assignment.public_tests}: {assignment.id} has no public tests, so there is nothing to check with."
        )
    return Bundle(assignment=assignment)


def _another_bundle(bundle: Bundle, assignment_id: str | None) -> UsageError:
    there = bundle.assignment
    return UsageError(
        f"{there.folder}: this is the bundle of {there.id}, and not of {assignment_id}. "
        f"Leave out --assignment, or give the folder with the bundle of {assignment_id}."
    )


def _from_clone(folder: Path, assignment_id: str | None) -> Assignment:
    try:
        root = find_root(Path.cwd(), [folder])
    except ConfigurationError:
        raise
    except UsageError:
        raise UsageError(
            f"{folder}: the exercises are not here: neither this folder nor one above it holds "
            "assignment.toml and test_public.py. Change into the folder that you got, or give its path."
        ) from None
    if assignment_id is not None:
        return load_assignment(root, assignment_id)
    return choose_assignment(root, None, [folder], _names_in)


def _names_in(paths: Sequence[Path]) -> list[str]:
    return [re.sub(r"\.ipynb$", ".py", name) for name in os.listdir(paths[0])]


class _Work:
    """What a student has done for each exercise, in its file or in its notebook."""

    def __init__(self, bundle: Bundle, folder: Path) -> None:
        self.files: dict[str, bytes] = {}
        self.answers = Answers()
        """The notebooks that are answers."""
        self.missing: dict[str, str] = {}
        self.notes: list[str] = []
        self._bundle = bundle
        self._folder = folder

    def take(self, exercise: Exercise, single: str | None) -> None:
        """Take an exercise's file or notebook: the one called ``single``, else the one in which more is done."""
        beside = None
        if single != exercise.notebook:
            beside = self._take_file(exercise)
        if single in (None, exercise.notebook):
            self._take_notebook(exercise, beside)
        elif self._works_in_notebook(exercise):
            self.notes.append(
                f"{exercise.file} is as it was released, but {exercise.notebook} was changed. "
                f"To check that one: autograder check {exercise.notebook}"
            )
        if exercise.file not in self.files | self.answers.files and exercise.id not in self.missing:
            self.missing[exercise.id] = _missing(self._folder, exercise, self._bundle.assignment)

    def _take_file(self, exercise: Exercise) -> bytes | None:
        try:
            self.files[exercise.file] = _read(self._folder / exercise.file)
        except _NotReadable as error:
            self.missing[exercise.id] = str(error)
        except FileNotFoundError:
            pass
        return self.files.get(exercise.file)

    def _take_notebook(self, exercise: Exercise, beside: bytes | None) -> None:
        name = exercise.notebook
        try:
            joined = read_notebook(name, _read(self._folder / name, MAX_NOTEBOOK_BYTES))
        except FileNotFoundError:
            return
        except (_NotReadable, Unreadable) as error:
            if beside is None:
                self.missing[exercise.id] = str(error)
            else:
                self.notes.append(f"{exercise.file} was checked, and not {name}: {error}")
            return
        ahead = 1
        if beside is not None:
            ahead = compare_done(joined.source, beside, exercise, self._bundle.assignment)
        if ahead > 0:
            self.missing.pop(exercise.id, None)
            self.answers.take(name, joined, exercise, self._bundle.assignment)
            if beside is not None:
                self.notes.append(f"{name} was checked, and not {exercise.file}, of which less is done.")
            self.notes += joined.notes
        elif ahead == 0 and self._bundle.is_changed(self._folder / name, name):
            self.notes.append(
                f"{exercise.file} was checked, and not {name}, though that was changed: work in one of the two."
            )

    def _works_in_notebook(self, exercise: Exercise) -> bool:
        name = exercise.notebook
        file_changed = self._bundle.is_changed(self._folder / exercise.file, exercise.file)
        return self._bundle.is_changed(self._folder / name, name) and not file_changed


def _exists(folder: Path, exercise: Exercise) -> bool:
    return (folder / exercise.file).exists() or (folder / exercise.notebook).exists()


def _holds_one(folder: Path, assignment: Assignment) -> bool:
    return any(
        (folder / name).is_file()
        for exercise in assignment.exercises
        for name in (exercise.file, exercise.notebook)
    )


def _exercise_named(path: Path, assignment: Assignment) -> Exercise:
    for exercise in assignment.exercises:
        if path.name in (exercise.file, exercise.notebook):
            return exercise
    names = [exercise.file for exercise in assignment.exercises]
    if path.suffix not in (".py", ".ipynb"):
        advice = (
            "Unpack it first."
            if path.suffix in (".zip", ".gz", ".tar")
            else "Give a folder, or one of those."
        )
    else:
        close = _resembling(path.stem + ".py", names)
        meant = [name.removesuffix(".py") + path.suffix for name in close[:1]]
        advice = f"If it is meant to be {meant[0]}, give it that name." if meant else "Give one of those."
    raise UsageError(
        f"{path}: this is none of the files of {assignment.id}, which are {', '.join(names)}. {advice}"
    )


def _nothing_there(folder: Path, assignment: Assignment) -> UsageError:
    names = ", ".join(exercise.file for exercise in assignment.exercises)
    likely = [
        name
        for name in _python_files(folder)
        for each in assignment.exercises
        if _resembling(name, [each.file])
    ]
    advice = (
        f"Is it {', '.join(likely[:5])}? Give it the right name."
        if likely
        else "Give the folder they are in."
    )
    return UsageError(f"{folder}: none of the files of {assignment.id} is in this folder ({names}). {advice}")


def _missing(folder: Path, exercise: Exercise, assignment: Assignment) -> str:
    """Say that a file is missing; raise `UsageError` if several could be it, since one may be checked for another."""
    expected = {each.file for each in assignment.exercises}
    likely = [
        name for name in _python_files(folder) if name not in expected and _resembling(name, [exercise.file])
    ]
    if len(likely) > 1:
        raise UsageError(
            f"{folder}: {exercise.file} is missing, and each of {', '.join(likely[:5])} may be it. "
            f"Give the one that counts the name {exercise.file}."
        )
    if likely:
        return f"{exercise.file} is missing. If {likely[0]} is it, give it that name."
    return f"{exercise.file} is missing in {folder}."


def _python_files(folder: Path) -> list[str]:
    try:
        return sorted(
            name for name in os.listdir(folder) if name.endswith(".py") and not name.startswith("test_")
        )
    except OSError:
        return []


def _resembling(name: str, expected: list[str]) -> list[str]:
    """Return what a browser, a mail program or a student may have made this name of."""
    plain = {each.lower().removesuffix(".py").replace(" ", "_").replace("-", "_"): each for each in expected}
    own = name.lower().removesuffix(".py").replace(" ", "_").replace("-", "_")
    inside = [each for stem, each in plain.items() if stem in own]
    return inside or [plain[stem] for stem in difflib.get_close_matches(own, plain, n=1, cutoff=0.8)]


class _NotReadable(Exception):
    """A file is there but cannot be checked."""


def _read(path: Path, most_bytes: int = _MOST_BYTES) -> bytes:
    if not path.exists():
        raise FileNotFoundError(path)
    if not path.is_file():
        raise _NotReadable(f"{path.name} is not an ordinary file, so it cannot be checked.")
    try:
        if path.stat().st_size > most_bytes:
            raise _NotReadable(f"{path.name} has more than {most_bytes // 1024} kB, too much for a program.")
        return path.read_bytes()
    except OSError as error:
        raise _NotReadable(f"{path.name} cannot be read ({error.strerror}). Make it readable.") from error


def _modules_beside(folder: Path, known: set[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the other Python files at and below the folder: an exercise may import them."""
    count, room = _MOST_FILES, 2 * _MOST_BYTES
    # Somebody may keep the exercises in a folder with all that they have.
    for here, folders, names in itertools.islice(os.walk(folder), _MOST_FOLDERS):
        below = Path(here).relative_to(folder)
        folders[:] = [] if len(below.parts) >= _LEVELS_DOWN else sorted(filter(_may_be_package, folders))
        if "pyvenv.cfg" in names:  # a virtual environment
            folders.clear()
            continue
        for name in sorted(names):
            path = (below / name).as_posix()
            if not name.endswith(".py") or path in known or path == PUBLIC_TESTS:
                continue
            try:
                content = _read(Path(here, name))
            except (_NotReadable, FileNotFoundError):
                continue
            count, room = count - 1, room - len(content)
            if count < 0 or room < 0:
                return
            yield path, content


def _may_be_package(name: str) -> bool:
    return name.isidentifier() and name != "__pycache__"
