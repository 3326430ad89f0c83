"""Submissions out of the exports of learning platforms."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from autograder.errors import IntakeError
from autograder.intake.archive import open_archive
from autograder.intake.collect import collect_submission, holds_expected_file
from autograder.intake.exports import AUTO, NONE, Entry, Place, System, recognise_export
from autograder.intake.found import Found, make_id
from autograder.intake.tree import (
    MAX_DEPTH,
    MAX_TOTAL_BYTES,
    Allowance,
    Content,
    Folder,
    Unreadable,
    is_archive,
    printable,
)
from autograder.model import Assignment, Submission

MAX_SUBMISSIONS = 5_000
"""Entries of an archive that is taken for a class."""


class Exports:
    """Recognises and reads exports; ``warn`` and ``tell`` hear what `autograder.intake.paths.read_found` says."""

    def __init__(
        self,
        assignment: Assignment,
        source: str,
        leave_out: Path | None,
        warn: Callable[[str], None],
        tell: Callable[[str], None],
    ) -> None:
        self._assignment = assignment
        self._source = source
        self._leave_out = leave_out and os.path.realpath(leave_out)
        self._warn = warn
        self._tell = tell

    def switch_off(self) -> None:
        """Take nothing for an export any more."""
        self._source = NONE

    def kind(self, absolute: Path, content: Content) -> str:
        """Return what kind of export lies there, in words; empty for none."""
        found = self._recognise(absolute, content)
        return found[0].title if found else ""

    def read(
        self, path: Path, absolute: Path, content: Content, allowance: Allowance | None
    ) -> list[Found] | None:
        """Return the submissions in an export, None if there is an ordinary folder or archive.

        ``content`` is what lies in it, ``allowance`` what may be spent on all its archives. Raise `IntakeError` for an
        export in which there is nothing, `Unreadable` for one that holds too much.
        """
        recognised = self._recognise(absolute, content)
        if recognised is None:
            return None
        system, place = recognised
        export = system.read(place)
        if not export.entries:
            raise IntakeError(
                f"{path}: there is no submission in it that could come from {system.name}"
                f"{': ' if export.passed_over else ''}{'; '.join(export.passed_over[:3])}. Say where it comes from "
                "(--from), or read it as an ordinary class: --from none"
            )
        if len(export.entries) > MAX_SUBMISSIONS:
            raise Unreadable(f"{printable(absolute.name)} holds more than {MAX_SUBMISSIONS} submissions")
        how = "" if self._source != AUTO else " (--from none reads it as an ordinary class)"
        number = len(export.entries)
        self._tell(f"{path} is read as {system.title}: {number} submission{'s'[: number != 1]}{how}")
        for note in (*place.content.notes, *(f"{each}: passed over" for each in export.passed_over)):
            self._warn(f"{path}: {note}")
        found: dict[str, Submission] = {}
        for entry in export.entries:
            origin = str(absolute / entry.id)
            while origin in found:
                origin += "~"
            found[origin] = self._read_entry(entry, Allowance(whole=allowance))
        return [Found(origin=origin, submission=submission) for origin, submission in found.items()]

    def warn_of_download(self, name: str, content: Content) -> None:
        """Warn of an archive that is a whole class, though it lies where a student's should."""
        if self._source != AUTO or holds_expected_file(content, self._assignment):
            return
        place = Place(name=make_id(name), content=content, assignment=self._assignment)
        found = recognise_export(place, AUTO)
        if found is not None:
            self._warn(
                f"{name} is read as the submission of one student, but looks like {found[0].title}: "
                "to grade that class, give the file by its own path"
            )

    def _recognise(self, absolute: Path, content: Content) -> tuple[System, Place] | None:
        if self._source == AUTO and holds_expected_file(content, self._assignment):
            return None
        on_disk = absolute.is_dir()
        if on_disk and self._leave_out is not None:
            folders = [
                each for each in content.folders if os.path.realpath(absolute / each.name) != self._leave_out
            ]
            content = replace(content, folders=tuple(folders))
        place = Place(
            name=absolute.name if on_disk else make_id(absolute.name),
            content=content,
            assignment=self._assignment,
            disk=absolute if on_disk else None,
        )
        return recognise_export(place, self._source)

    def _read_entry(self, entry: Entry, allowance: Allowance) -> Submission:
        """Return the submission in an entry; one with nothing in it is none of no points."""
        problem, submission = entry.problem, Submission(id=entry.id)
        if not problem:
            try:
                submission = self._collect(entry.folder, allowance)
            except Unreadable as error:
                problem = str(error)
        if submission.files and not any(submission.files.values()):
            problem = "its programs are empty (0 bytes): ask for them again"
        notes = (*entry.notes, *submission.notes)
        if problem:
            return Submission(id=entry.id, broken=problem, notes=notes, origin=entry.origin)
        return replace(submission, id=entry.id, notes=notes, origin=entry.origin)

    def _collect(self, folder: Folder, allowance: Allowance) -> Submission:
        """Return what is in the folder of an entry, or in the one archive in it."""
        content = folder.list()
        if len(content.files) == 1 and not content.folders and is_archive(content.files[0].name):
            (only,) = content.files
            folder = open_archive(only.name, only.read(MAX_TOTAL_BYTES), allowance)
        if _is_empty(folder, MAX_DEPTH):
            raise Unreadable("; ".join(content.notes) or "there is nothing in it: ask for it again")
        return collect_submission(folder.name, folder, self._assignment, allowance)


def _is_empty(folder: Folder, depth: int) -> bool:
    """Whether no file lies in a folder, nor in those in it; nobody knows of one that cannot be read."""
    try:
        content = folder.list()
    except Unreadable:
        return False
    return not content.files and (not depth or all(_is_empty(each, depth - 1) for each in content.folders))
