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
from autograder.intake.tree import MAX_SOURCE_BYTES, Allowance, Unreadable
from autograder.model import Assignment, Origin, Submission
from autograder.release.notebook import KERNEL


def read_submission(student: str, folder: Path, assignment: Assignment) -> Submission:
    """Return the submission in a student's folder; one that cannot be read says so in ``broken``."""
    submission = collect_submission(student, disk_folder(folder), assignment, Allowance())
    return replace(submission, origin=Origin(system="nbgrader"))


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
        return None if file is None else file.read(MAX_SOURCE_BYTES)
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
