"""What a student has handed in for an assignment, read from the folder where nbgrader keeps it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.errors import GraderError
from autograder.intake.collect import collect_submission
from autograder.intake.folder import disk_folder
from autograder.intake.notebook import MAX_NOTEBOOK_BYTES
from autograder.intake.tree import Allowance, Content, Folder, Unreadable
from autograder.model import Assignment, Origin, Submission
from autograder.release.notebook import KERNEL


def read_submission(student: str, folder: Path, assignment: Assignment) -> Submission:
    """Return the submission in a student's folder; one that cannot be read says so in ``broken``.

    A file that lies beside the notebook of the same exercise is not what was handed in, whichever of them is better.
    """
    top = disk_folder(folder)
    own = Folder(name=top.name, list=lambda: _without_files(top.list(), assignment))
    submission = collect_submission(student, own, assignment, Allowance())
    expected = {f"{each.notebook} was taken for {each.file}" for each in assignment.exercises}
    notes = tuple(note for note in submission.notes if note not in expected)
    return replace(submission, notes=notes, origin=Origin(system="nbgrader"))


def _without_files(content: Content, assignment: Assignment) -> Content:
    there = {file.name for file in content.files}
    beside = {each.file for each in assignment.exercises if each.notebook in there}
    return replace(content, files=tuple(file for file in content.files if file.name not in beside))


def read_notebooks(student: str, notebooks: Mapping[str, bytes], assignment: Assignment) -> Submission:
    """Return notebooks that are not on disk as a submission: file's name to content."""
    with tempfile.TemporaryDirectory(prefix="autograder-notebook-") as made:
        try:
            for name, content in notebooks.items():
                Path(made, name).write_bytes(content)
        except OSError as error:
            raise GraderError(f"{made}: cannot be written ({error.strerror}). Is the disk full?") from error
        return read_submission(student, Path(made), assignment)


def read_bytes(folder: Path, name: str) -> bytes | None:
    """Return a file that lies in a student's folder, as warily as all that students hand in; None if there is none."""
    try:
        file = disk_folder(folder).list().file(name)
        return None if file is None else file.read(MAX_NOTEBOOK_BYTES)
    except Unreadable:
        return None


def as_notebook(sources: Sequence[str]) -> bytes:
    """Return a notebook with these code cells."""
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(sources, 1)
    ]
    book = {"cells": cells, "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book).encode()
