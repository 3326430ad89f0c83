"""Exports of learning platforms: whose file is whose, when it was handed in, and what belongs to nobody.

`systems` has a row for each platform, with a module that reads its names and its metadata; `entry` is what all of them
come down to: for each student a folder and an `autograder.model.Origin`, by which the grade finds its way back.

Nothing in an export is dropped: it is in a submission, or told about.
"""

from autograder.intake.exports.entry import Entry, Export, Place, System
from autograder.intake.exports.systems import (
    AUTO,
    NONE,
    SOURCES,
    SYSTEMS,
    check_source,
    file_names,
    recognise_export,
)

__all__ = [
    "AUTO",
    "NONE",
    "SOURCES",
    "SYSTEMS",
    "Entry",
    "Export",
    "Place",
    "System",
    "check_source",
    "file_names",
    "recognise_export",
]
