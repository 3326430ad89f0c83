"""Take one submission out of a folder: find the level where its files lie, read them, and say what is odd."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from autograder.intake.archive import zip_folder
from autograder.intake.classify import match_renamed, recognise
from autograder.intake.tree import (
    MAX_DEPTH,
    MAX_FILES,
    MAX_SOURCE_BYTES,
    MAX_TOTAL_BYTES,
    Content,
    Folder,
    Unreadable,
)
from autograder.model import Assignment, Submission

_LEVELS_DOWN = 2
_MAX_NOTES = 20
_NAMES_SHOWN = 8


def collect_submission(submission_id: str, folder: Folder, assignment: Assignment) -> Submission:
    """Return the submission in ``folder``; one that cannot be read says so in ``broken``."""
    try:
        return _collect(submission_id, folder, assignment)
    except Unreadable as error:
        return Submission(id=submission_id, broken=str(error))


def holds_expected_file(content: Content, assignment: Assignment) -> bool:
    """Whether one of the assignment's files lies right here."""
    return any(content.file(exercise.file) for exercise in assignment.exercises)


def _collect(submission_id: str, folder: Folder, assignment: Assignment) -> Submission:
    root = _find_root(folder, assignment)
    gathered = _gather(root)
    files = gathered.files
    for exercise in assignment.exercises:
        if exercise.file in gathered.unread:
            raise Unreadable(gathered.unread[exercise.file])
    beside = {name: content for name, content in files.items() if "/" not in name}
    matches = match_renamed(beside, assignment)
    for exercise_id, name in matches.renamed.items():
        files[assignment.exercise(exercise_id).file] = files[name]
    notes = [*matches.notes, *gathered.notes, *gathered.unread.values()]
    if root is not folder:
        notes.insert(0, f"the files lie in {root.name}")
    missing = [exercise.file for exercise in assignment.exercises if exercise.file not in files]
    if missing:
        notes.insert(
            0,
            f"missing: {', '.join(missing)}; what lies there instead: {_name_some(gathered.others(assignment))}",
        )
    return Submission(id=submission_id, files=files, notes=_shorten(notes))


def _find_root(folder: Folder, assignment: Assignment) -> Folder:
    """Return the one folder in or under ``folder`` that holds an expected file, else one that can be recognised."""

    def recognisable(content: Content) -> bool:
        return any(_is_recognised(content, name, assignment) for name in _source_names(content))

    for test in (lambda content: holds_expected_file(content, assignment), recognisable):
        found = list(_search(folder, test, _LEVELS_DOWN))
        if len(found) == 1:
            return found[0]
    return folder


def _search(folder: Folder, test: Callable[[Content], bool], levels: int) -> Iterator[Folder]:
    content = folder.list()
    if test(content):
        yield folder
    elif levels:
        for inner in [*content.folders, *_open_zips(content)]:
            yield from _search(inner, test, levels - 1)


def _open_zips(content: Content) -> Iterator[Folder]:
    for file in content.files:
        if file.name.lower().endswith(".zip"):
            yield zip_folder(file.name, file.read(MAX_TOTAL_BYTES))


def _source_names(content: Content) -> list[str]:
    return [
        file.name for file in content.files if file.name.endswith(".py") and not file.name.startswith("test_")
    ]


def _is_recognised(content: Content, name: str, assignment: Assignment) -> bool:
    file = content.file(name)
    try:
        return file is not None and recognise(name, file.read(MAX_SOURCE_BYTES), assignment) is not None
    except Unreadable:
        return False  # it is told about when the folder's files are gathered


@dataclass(slots=True)
class _Gathered:
    files: dict[str, bytes] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def others(self, assignment: Assignment) -> list[str]:
        """Return the names of the files that nobody asked for."""
        expected = {exercise.file for exercise in assignment.exercises}
        return [name for name in self.names if name not in expected]


def _gather(root: Folder) -> _Gathered:
    """Read all Python files under ``root``, those that lie highest first, within the limits of one submission."""
    gathered = _Gathered()
    total = 0
    levels: deque[tuple[str, Folder, int]] = deque([("", root, 0)])
    while levels:
        prefix, folder, depth = levels.popleft()
        try:
            content = folder.list()
        except Unreadable as error:
            if not depth:
                raise
            gathered.notes.append(str(error))
            continue
        if depth and content.file("pyvenv.cfg"):
            continue  # a virtual environment under another name
        gathered.notes.extend(f"{prefix}{note}" for note in content.notes)
        for file in content.files:
            name = prefix + file.name
            gathered.names.append(name)
            if len(gathered.names) > MAX_FILES:
                gathered.notes.append(f"more than {MAX_FILES} files: the rest was not looked at")
                return gathered
            if not file.name.endswith(".py"):
                continue
            if total >= MAX_TOTAL_BYTES:
                gathered.unread[name] = f"{name} was left out: the files before it are too large together"
                continue
            try:
                gathered.files[name] = file.read(min(MAX_SOURCE_BYTES, MAX_TOTAL_BYTES - total))
            except Unreadable as error:
                gathered.unread[name] = str(error)
            else:
                total += len(gathered.files[name])
        if depth < MAX_DEPTH:
            levels.extend((f"{prefix}{inner.name}/", inner, depth + 1) for inner in content.folders)
    return gathered


def _name_some(names: list[str]) -> str:
    if not names:
        return "nothing"
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _shorten(notes: list[str]) -> tuple[str, ...]:
    if len(notes) <= _MAX_NOTES:
        return tuple(notes)
    return (*notes[:_MAX_NOTES], f"and {len(notes) - _MAX_NOTES} more notes of this kind")
