"""What a path on the command line stands for: one submission or a class of them."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from autograder.errors import IntakeError
from autograder.intake.answers import Answers, answered_by, is_notebook
from autograder.intake.archive import MAX_CLASS_ARCHIVE_BYTES, open_archive
from autograder.intake.classify import recognise
from autograder.intake.collect import collect_submission, holds_expected_file
from autograder.intake.exported import MAX_SUBMISSIONS, Exports
from autograder.intake.exports import AUTO, NONE
from autograder.intake.folder import disk_class, disk_file, disk_folder
from autograder.intake.found import Found, make_id, with_unique_ids
from autograder.intake.notebook import notebook_bytes, read_notebook
from autograder.intake.tree import (
    MAX_ENTRIES,
    MAX_SOURCE_BYTES,
    MAX_TOTAL_BYTES,
    Allowance,
    Content,
    File,
    Folder,
    Inaccessible,
    Unreadable,
    is_archive,
    printable,
)
from autograder.model import Assignment, Exercise, Submission

MAX_RUN_BYTES = 512 * 2**20
"""The sources of all submissions of one run together; they are held in memory."""

MAX_CLASS_ENTRIES = 5 * MAX_ENTRIES
MAX_CLASS_EXPANDED_BYTES = 2**30
"""What is spent on an archive that is named by itself, with all archives in it: it may be a class, or only say so."""

_OTHER_ARCHIVES = (".gz", ".bz2", ".xz", ".zst", ".7z", ".rar")


def check_paths(paths: Sequence[Path]) -> None:
    """Raise `IntakeError` for the first path at which there is nothing, or nothing that may be looked at."""
    for path in paths:
        _existing(path)


def read_paths(
    paths: Sequence[Path],
    assignment: Assignment,
    *,
    leave_out: Path | None = None,
    warn: Callable[[str], None] = lambda text: None,
) -> list[Submission]:
    """Return all submissions that these paths stand for, in the order of their ids.

    ``leave_out`` is a folder that is no submission wherever it lies (the reports of an earlier run). ``warn`` hears
    of entries that were passed over. Raise `IntakeError` for a path that cannot be read or holds no submission.
    """
    found = read_found(paths, assignment, leave_out=leave_out, warn=warn)
    return sorted(with_unique_ids(found), key=lambda submission: submission.id)


def read_found(
    paths: Sequence[Path],
    assignment: Assignment,
    *,
    source: str = NONE,
    leave_out: Path | None = None,
    warn: Callable[[str], None] = lambda text: None,
    tell: Callable[[str], None] = lambda text: None,
) -> list[Found]:
    """Return all submissions as `read_paths` does, with where they were found, their ids not unique yet.

    Paths may be exports of the system ``source``; ``tell`` hears which are.
    """
    exports = Exports(assignment, source, leave_out, warn, tell)
    reader = _Reader(assignment, leave_out, warn, exports)
    if source == AUTO and len(paths) > 1:
        reader.agree(paths)
    found: dict[str, Submission] = {}
    total = 0
    for path in paths:
        for item in reader.read(path):
            total += sum(map(len, item.submission.files.values()))
            found[item.origin] = item.submission if total <= MAX_RUN_BYTES else _too_much(item.submission)
    return [Found(origin=origin, submission=submission) for origin, submission in found.items()]


class _Reader:
    def __init__(
        self, assignment: Assignment, leave_out: Path | None, warn: Callable[[str], None], exports: Exports
    ) -> None:
        self._assignment = assignment
        self._exports = exports
        self._leave_out = leave_out and os.path.realpath(leave_out)
        self._warn = warn
        self._class_allowance: Allowance | None = None

    def agree(self, paths: Sequence[Path]) -> None:
        """Take none of several paths for an export unless all are: one of them may be what a student has made up."""
        kinds = {path: self._kind(path) for path in paths}
        others = [path for path, kind in kinds.items() if not kind]
        if others and len(others) < len(kinds):
            first = next(path for path, kind in kinds.items() if kind)
            self._warn(
                f"{first} looks like {kinds[first]}, but {others[0]} does not: all are read as ordinary folders and "
                "archives. Give them in runs of their own, or say where they come from: --from"
            )
        if others:
            self._exports.switch_off()

    def _kind(self, path: Path) -> str:
        absolute = _existing(path)
        try:
            opened = self._open(absolute)
            return self._exports.kind(absolute, opened[1]) if opened else ""
        except Unreadable:
            return ""

    def read(self, path: Path) -> list[Found]:
        """Return the submissions in one path."""
        self._class_allowance = None
        absolute = _existing(path)
        try:
            return self._read_existing(path, absolute)
        except Inaccessible as error:
            raise IntakeError(f"{path}: {error}. Make it readable, or leave it out.") from error
        except Unreadable as error:
            return _one(absolute, Submission(id=make_id(absolute.name), broken=str(error)))

    def _read_existing(self, path: Path, absolute: Path) -> list[Found]:
        suffix = absolute.suffix.lower()
        if absolute.is_symlink() and absolute.is_dir():
            # A pattern of the shell may have met a link that a student put there.
            target = printable(os.path.realpath(absolute))
            self._warn(f"{printable(str(path))} is a symbolic link: what is graded is {target}")
        opened = self._open(absolute)
        if opened is not None:
            folder, content = opened
            exported = self._exports.read(path, absolute, content, self._class_allowance)
            if exported is not None:
                return exported
            if not absolute.is_dir():
                content = self._unwrap(content)
                if len(_entries(content)) > MAX_SUBMISSIONS:
                    raise Unreadable(
                        f"{printable(absolute.name)} holds more than {MAX_SUBMISSIONS} submissions"
                    )
            return self._read_tree(path, absolute, folder, content)
        if suffix == ".py":
            submission = self._read_source(absolute, disk_file(absolute).read(MAX_SOURCE_BYTES))
        elif suffix == ".ipynb":
            submission = self._read_notebook(absolute, notebook_bytes(disk_file(absolute)))
        else:
            raise IntakeError(
                f"{path}: not a submission. Give a folder, a .zip or .tar.gz, a .py file or a notebook "
                "(or a folder of such submissions)."
            )
        return _one(absolute, submission)

    def _open(self, absolute: Path) -> tuple[Folder, Content] | None:
        """Return a folder or archive, and what is in it if it is a class; None for a single program."""
        if absolute.is_dir():
            return disk_folder(absolute), disk_class(absolute).list()
        if not is_archive(absolute.name):
            return None
        data = disk_file(absolute).read(MAX_CLASS_ARCHIVE_BYTES)
        self._class_allowance = Allowance(entries=MAX_CLASS_ENTRIES, expanded=MAX_CLASS_EXPANDED_BYTES)
        allowance = Allowance(expanded=MAX_CLASS_EXPANDED_BYTES, whole=self._class_allowance)
        folder = open_archive(printable(absolute.name), data, allowance, keep=MAX_CLASS_ARCHIVE_BYTES)
        return folder, folder.list()

    def _read_tree(self, path: Path, absolute: Path, folder: Folder, content: Content) -> list[Found]:
        """Read a folder or a zip; ``content`` is what is in it if it turns out to be a class."""
        if not holds_expected_file(content, self._assignment):
            found = list(self._read_class(content, absolute))
            if found:
                return found
        submission = self._collect(make_id(absolute.name), folder)
        if not submission.broken and not any(e.file in submission.files for e in self._assignment.exercises):
            raise IntakeError(self._explain_empty(path, content))
        return _one(absolute, submission)

    def _read_source(self, path: Path, content: bytes) -> Submission:
        submission_id, name = make_id(path.name), printable(path.name)
        exercise = self._exercise_of(path, content)
        if exercise is None:
            remedy = f"rename {name} to {_list_files(self._assignment, ' or ')}"
            return Submission(id=submission_id, broken=f"it cannot be told which exercise this is: {remedy}")
        notes = () if name == exercise.file else (f"{name} was taken for {exercise.file}",)
        return Submission(
            id=submission_id, files={exercise.file: content}, exercises=(exercise.id,), notes=notes
        )

    def _read_notebook(self, path: Path, data: bytes) -> Submission:
        """Return the submission in a notebook; raise `Unreadable` if there is none in it."""
        name = printable(path.name)
        joined = read_notebook(name, data)
        by_place = self._exercise_by_place(path)
        exercises = [by_place] if by_place is not None else answered_by(name, joined, self._assignment)
        if not exercises:
            names = [exercise.notebook for exercise in self._assignment.exercises]
            raise Unreadable(
                f"it cannot be told which exercise this is: rename {name} to {' or '.join(names)}"
            )
        answers = Answers()
        for exercise in exercises:
            answers.take(name, joined, exercise, self._assignment)
        files = " and ".join(each.file for each in exercises)
        own_name = len(exercises) == 1 and name == exercises[0].notebook
        return Submission(
            id=make_id(path.name),
            files=answers.files,
            notebooks=answers.notebooks,
            exercises=tuple(exercise.id for exercise in exercises),
            notes=(*(() if own_name else (f"{name} was taken for {files}",)), *joined.notes),
        )

    def _exercise_of(self, path: Path, content: bytes) -> Exercise | None:
        return self._exercise_by_place(path) or recognise(path.name, content, self._assignment)

    def _exercise_by_place(self, path: Path) -> Exercise | None:
        exercises = self._assignment.exercises
        if len(exercises) == 1:
            return exercises[0]
        for exercise in exercises:
            if path.name in (exercise.file, exercise.notebook):
                return exercise
        for exercise in exercises:
            if path.parent.name in (exercise.id, PurePosixPath(exercise.file).stem):
                return exercise
        return None

    def _unwrap(self, content: Content) -> Content:
        """Return what is in the folder that was zipped as a whole, where that folder is a class."""
        if len(content.folders) != 1 or content.files:
            return content
        inner = content.folders[0].list()
        if holds_expected_file(inner, self._assignment) or len(_entries(inner)) < 2:
            return content
        return replace(inner, notes=(*content.notes, *inner.notes))

    def _read_class(self, content: Content, where: Path) -> Iterator[Found]:
        for entry in _entries(content):
            origin = str(where / entry.name)
            if os.path.realpath(origin) != self._leave_out:
                yield Found(origin=origin, submission=self._read_entry(entry))
        for name in filter(_is_submission, content.links):
            broken = f"{name} is a symbolic link, maybe to somebody else's work: put the file itself there"
            yield Found(origin=str(where / name), submission=Submission(id=make_id(name), broken=broken))
        for note in content.notes:
            self._warn(f"{where}: {note}")
        for file in content.files:
            if file.name.lower().endswith((".py", *_OTHER_ARCHIVES)) and not is_archive(file.name):
                self._warn(
                    f"{where / file.name} is passed over: in a class, only folders, archives and notebooks count"
                )

    def _read_entry(self, entry: Folder | File) -> Submission:
        submission_id = make_id(entry.name)
        if isinstance(entry, Folder):
            return self._collect(submission_id, entry)
        try:
            if is_notebook(entry.name):
                return self._read_notebook(Path(entry.name), notebook_bytes(entry))
            allowance = Allowance(whole=self._class_allowance)
            folder = open_archive(entry.name, entry.read(MAX_TOTAL_BYTES), allowance)
            self._exports.warn_of_download(entry.name, folder.list())
        except Unreadable as error:
            return Submission(id=submission_id, broken=str(error))
        return collect_submission(submission_id, folder, self._assignment, allowance)

    def _collect(self, submission_id: str, folder: Folder) -> Submission:
        allowance = Allowance(whole=self._class_allowance)
        return collect_submission(submission_id, folder, self._assignment, allowance)

    def _explain_empty(self, path: Path, content: Content) -> str:
        if not (content.files or content.folders or content.notes):
            return f"{path}: there is nothing in it. Give a folder that holds submissions."
        hint = ""
        if any(file.name.endswith(".py") for file in content.files):
            hint = f" To grade single files of other names, give the files: {path}/*.py"
        return (
            f"{path}: no submission found: neither {_list_files(self._assignment, ' nor ')} lies in it, "
            f"nor a sub-folder, a zip, a tar or a notebook.{hint}"
        )


def _one(origin: Path, submission: Submission) -> list[Found]:
    return [Found(origin=str(origin), submission=submission)]


def _entries(content: Content) -> list[Folder | File]:
    """Return the entries of a class that are submissions."""
    return [*content.folders, *(file for file in content.files if _is_submission(file.name))]


def _is_submission(name: str) -> bool:
    return is_archive(name) or is_notebook(name)


def _too_much(submission: Submission) -> Submission:
    reason = f"the submissions of this run are larger than {MAX_RUN_BYTES >> 20} MiB together: grade it in another run"
    return Submission(id=submission.id, broken=reason, notes=submission.notes, origin=submission.origin)


def _list_files(assignment: Assignment, last: str) -> str:
    *names, final = (exercise.file for exercise in assignment.exercises)
    return last.join([", ".join(names), final]) if names else final


def _existing(path: Path) -> Path:
    absolute = Path(os.path.abspath(path))
    try:
        os.stat(absolute)
    except (OSError, ValueError) as error:
        raise IntakeError(_explain_missing(path, absolute, error)) from error
    return absolute


def _explain_missing(path: Path, absolute: Path, error: OSError | ValueError) -> str:
    if not isinstance(error, FileNotFoundError):
        return f"{path}: cannot be read ({getattr(error, 'strerror', None) or error}). Mend that, or leave it out."
    try:
        close = difflib.get_close_matches(absolute.name, os.listdir(absolute.parent), n=3, cutoff=0.5)
    except OSError:
        return f"{path}: no such file or folder, and {path.parent} is no folder either."
    if close:
        return f"{path}: no such file or folder. Did you mean {' or '.join(str(path.parent / name) for name in close)}?"
    return f"{path}: no such file or folder in {absolute.parent}."
