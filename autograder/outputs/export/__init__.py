"""Grades out: stored reports turned into files for other systems.

::

    stored      JSON documents -> a batch of reports
    anonymity   if asked for: the same without names, in another order
    audience    what students may see of each, unless the format is the teacher's
    formats     the table: name -> module, what it is for, what it needs
    canvas, gradescope, junit, ...      one module for each system: a batch -> the bytes of files, and who is left out

Nobody is dropped without a word, and nobody who was not graded ever gets a zero. `batch` has the values in between.
`roster` finds whose row in a file of an LMS is whose, `sheet` reads and writes such files, `marks` converts points,
`explanation` says what there is to say about a test.
"""

from __future__ import annotations

from dataclasses import replace

from autograder.errors import UsageError
from autograder.outputs.export.audience import for_students
from autograder.outputs.export.batch import Batch, Exported, Settings
from autograder.outputs.export.formats import SINGLE, STUDENTS, Format

__all__ = ["export"]


def export(
    batch: Batch, form: Format, settings: Settings, *, as_of: str = "open", students: bool = False
) -> Exported:
    """Return the files of an export.

    ``as_of`` says how far the assignment is (one of `batch.AS_OF`), which decides what students see. With ``students``
    a format that is the teacher's is written for students. Raise `UsageError` for what its user can mend.
    """
    if form.files == SINGLE and len(batch.items) != 1:
        raise UsageError(
            f"{form.name} is about one student's repository, but there are {len(batch.items)} reports. "
            "Give the report of one submission."
        )
    if form.audience == STUDENTS or students:
        items = tuple(
            replace(item, report=for_students(item.report, as_of=as_of), seed=None, jail="")
            for item in batch.items
        )
        batch = replace(batch, items=items)
    return form.load().export(batch, settings)
