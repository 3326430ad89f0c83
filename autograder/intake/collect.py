"""Take one submission out of a folder: find the level where its files lie, read them, and say what is odd."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from autograder.intake.answers import answered_by, choose_answers, is_notebook
from autograder.intake.classify import match_renamed, recognise
from autograder.intake.notebook import MAX_NOTEBOOK_BYTES, Joined, notebook_bytes, read_notebook
from autograder.intake.search import Level, Survey
from autograder.intake.tree import (
    MAX_DEPTH,
    MAX_FILES,
    MAX_SOURCE_BYTES,
    MAX_TOTAL_BYTES,
    Allowance,
    Content,
    File,
    Folder,
    Notes,
    Unreadable,
)
from autograder.model import Assignment, Submission

_MAX_UNREAD = 100
_NAMES_SHOWN = 8


def collect_submission(
    submission_id: str, folder: Folder, assignment: Assignment, allowance: Allowance
) -> Submission:
    """Return the submission in ``folder``; one that cannot be read says so in ``broken``."""
    try:
        return _collect(submission_id, folder, assignment, allowance)
    except Unreadable as error:
        return Submission(id=submission_id, broken=str(error))


def holds_expected_file(content: Content, assignment: Assignment) -> bool:
    """Whether one of the assignment's files lies right here, or one as a notebook."""
    return any(
        content.file(exercise.file) or content.file(exercise.notebook) for exercise in assignment.exercises
    )


def _collect(submission_id: str, folder: Folder, assignment: Assignment, allowance: Allowance) -> Submission:
    survey = Survey(folder, lambda content: holds_expected_file(content, assignment), allowance)
    root = _find_root(survey, assignment)
    gathered = _gather(root.folder, assignment)
    files = gathered.files
    for exercise in assignment.exercises:
        if exercise.file in gathered.unread:
            raise Unreadable(gathered.unread[exercise.file])
    beside = {name: content for name, content in files.items() if "/" not in name}
    matches = match_renamed(beside, assignment)
    for exercise_id, name in matches.renamed.items():
        files[assignment.exercise(exercise_id).file] = files[name]
    answers = choose_answers(gathered.books, files, assignment)
    files |= answers.files
    missing = [exercise.file for exercise in assignment.exercises if exercise.file not in files]
    broken_books = [why for name, why in gathered.unread.items() if is_notebook(name)]
    failures = [*survey.failures, *broken_books]
    if len(missing) == len(assignment.exercises) and failures:
        raise Unreadable(failures[0])
    for exercise in assignment.exercises:
        if exercise.file in missing and exercise.notebook in gathered.unread:
            raise Unreadable(gathered.unread[exercise.notebook])
    notes = Notes()
    if missing:
        instead = _name_some(gathered.others(assignment))
        notes.add(f"missing: {', '.join(missing)}; what lies there instead: {instead}")
    if root.above:
        notes.add(f"the files lie in {root.folder.name}")
    notes.extend(matches.notes)
    notes.extend(answers.notes)
    for above in root.above:
        notes.extend(above.notes)
    notes.extend(survey.failures)
    notes.extend(gathered.notes.texts())
    notes.extend(gathered.unread.values())
    return Submission(id=submission_id, files=files, notebooks=answers.notebooks, notes=notes.texts())


def _find_root(survey: Survey, assignment: Assignment) -> Level:
    """Return the one level in or under the folder that holds an expected file, else one that can be recognised."""
    left, files_left = MAX_TOTAL_BYTES, MAX_FILES

    def recognisable(content: Content) -> bool:
        nonlocal left, files_left
        for file in content.files:
            book = is_notebook(file.name)
            if not (book or file.name.endswith(".py")) or file.name.startswith("test_"):
                continue
            files_left -= 1
            if left <= 0 or files_left < 0:
                return False
            try:
                source = file.read(min(left, MAX_NOTEBOOK_BYTES if book else MAX_SOURCE_BYTES))
                joined = read_notebook(file.name, source) if book else None
            except Unreadable:
                left -= MAX_SOURCE_BYTES  # it is told about when the folder's files are gathered
                continue
            left -= len(source)
            if joined is not None and answered_by(file.name, joined, assignment):
                return True
            if joined is None and recognise(file.name, source, assignment) is not None:
                return True
        return False

    tests: tuple[Callable[[Content], bool], ...] = (
        lambda content: holds_expected_file(content, assignment),
        recognisable,
    )
    for test in tests:
        found = list(_matching(survey.top, test))
        if len(found) == 1:
            return found[0]
    return survey.top


def _matching(level: Level, test: Callable[[Content], bool]) -> Iterator[Level]:
    if test(level.content):
        yield level
    else:
        for inner in level.inner:
            yield from _matching(inner, test)


@dataclass(slots=True)
class _Gathered:
    files: dict[str, bytes] = field(default_factory=dict)
    books: dict[str, Joined] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)
    total: int = 0

    def others(self, assignment: Assignment) -> list[str]:
        """Return the names of the files that nobody asked for."""
        expected = _expected(assignment)
        return [name for name in self.names if name not in expected]

    def take(self, name: str, file: File, *, wanted: bool = False) -> None:
        """Read a file within what is left of the limits of one submission.

        Of a notebook that is ``wanted``, outputs do not count: there are no more of them than exercises.
        """
        book = is_notebook(name)
        try:
            content = notebook_bytes(file) if book else file.read(MAX_SOURCE_BYTES)
            joined = read_notebook(name, content) if book else None
        except Unreadable as error:
            self.unread[name] = str(error)
            return
        size = len(joined.source) if joined is not None and wanted else len(content)
        if self.total + size > MAX_TOTAL_BYTES:
            self.unread[name] = f"{name} was left out: the files before it are too large together"
            return
        self.total += size
        if joined is not None:
            self.books[name] = joined
        else:
            self.files[name] = content


def _gather(root: Folder, assignment: Assignment) -> _Gathered:
    """Read all Python files under ``root``, those that lie highest first, within the limits of one submission."""
    gathered = _Gathered()
    levels: deque[tuple[str, Folder, int]] = deque([("", root, 0)])
    listed = 0
    expected = _expected(assignment)
    while levels:
        prefix, folder, depth = levels.popleft()
        listed += 1
        if listed > MAX_FILES:
            gathered.notes.add(f"more than {MAX_FILES} folders: the rest was not looked at")
            break
        try:
            content = folder.list()
        except Unreadable as error:
            if not depth:
                raise
            gathered.notes.add(str(error))
            continue
        if depth and content.file("pyvenv.cfg"):
            continue  # a virtual environment under another name
        gathered.notes.extend(f"{prefix}{note}" for note in content.notes)
        for file in _wanted_first(content, assignment) if not depth else content.files:
            name = prefix + file.name
            gathered.names.append(name)
            if len(gathered.names) > MAX_FILES:
                gathered.notes.add(f"more than {MAX_FILES} files: the rest was not looked at")
                return gathered
            if len(gathered.unread) >= _MAX_UNREAD:
                gathered.notes.add(f"{_MAX_UNREAD} files that cannot be read: the rest was not looked at")
                return gathered
            if (is_notebook(name) and not depth) or (
                file.name.endswith(".py") and file.name != assignment.public_tests.name
            ):  # the public tests are ours, and no program of a student's needs them
                gathered.take(name, file, wanted=name in expected)
        if depth < MAX_DEPTH:
            levels.extend((f"{prefix}{inner.name}/", inner, depth + 1) for inner in content.folders)
    return gathered


def _wanted_first(content: Content, assignment: Assignment) -> list[File]:
    """Return the files, in front those that are asked for, so that no other one uses up the limits before them."""
    expected = _expected(assignment)
    return sorted(content.files, key=lambda file: file.name not in expected)


def _expected(assignment: Assignment) -> set[str]:
    return {name for each in assignment.exercises for name in (each.file, each.notebook)}


def _name_some(names: list[str]) -> str:
    if not names:
        return "nothing"
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
