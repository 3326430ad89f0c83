"""The table of formats: a new system is one more module and one more row, and a golden file in the tests."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from autograder.errors import UsageError
from autograder.outputs.export.batch import Batch, Exported, Settings

ONE, EACH, SINGLE = "one", "each", "single"
"""How many files: one for all submissions, one for each, one for the only submission that may be given."""

STUDENTS, TEACHER, ITS_OWN = "students", "teacher", "its own"
"""Who reads it: students (then only what they may see is in it), the teacher, or a system that knows who sees what."""


class Exporter(Protocol):
    """What a format's module has."""

    def export(self, batch: Batch, settings: Settings) -> Exported:
        """Return the export of these reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One row."""

    name: str
    module: str
    what: str
    suffix: str
    files: str = ONE
    audience: str = STUDENTS
    needs: tuple[str, ...] = ()
    """Settings without which it cannot be."""
    takes: tuple[str, ...] = ()
    """Settings that it knows besides."""
    names_people: bool = False
    """It is about who is who, so that it cannot be anonymous."""

    def load(self) -> Exporter:
        """Return the module, imported only now."""
        module: Exporter = import_module(f"autograder.outputs.export.{self.module}")
        return module


FORMATS = (
    Format(
        name="canvas",
        module="canvas",
        what="grades for the import of Canvas's gradebook",
        suffix=".csv",
        needs=("gradebook",),
        takes=("column", "rescale"),
        names_people=True,
    ),
    Format(
        name="moodle-worksheet",
        module="moodle_worksheet",
        what="the offline grading worksheet of a Moodle assignment, filled in",
        suffix=".csv",
        needs=("worksheet",),
        takes=("column", "rescale"),
        names_people=True,
    ),
    Format(
        name="moodle-gradebook",
        module="moodle_gradebook",
        what="grades and feedback for the CSV import of Moodle's gradebook",
        suffix=".csv",
        names_people=True,
    ),
    Format(
        name="gradescope",
        module="gradescope",
        what="results.json of a Gradescope autograder",
        suffix=".json",
        files=EACH,
        audience=ITS_OWN,
        takes=("output_format", "leaderboard"),
    ),
    Format(name="junit", module="junit", what="JUnit XML", suffix=".xml", audience=TEACHER),
    Format(
        name="ctrf", module="ctrf", what="Common Test Report Format, JSON", suffix=".json", audience=TEACHER
    ),
    Format(
        name="github-summary",
        module="github_summary",
        what="Markdown for $GITHUB_STEP_SUMMARY",
        suffix=".md",
    ),
    Format(
        name="github-annotations",
        module="github_annotations",
        what="workflow commands that mark lines of a student's files",
        suffix=".txt",
        files=SINGLE,
        takes=("source",),
    ),
    Format(
        name="classroom50",
        module="classroom50",
        what="result.json for the runner of Classroom 50",
        suffix=".json",
        files=SINGLE,
    ),
    Format(
        name="prairielearn",
        module="prairielearn",
        what="results.json of an external grader of PrairieLearn",
        suffix=".json",
        files=EACH,
    ),
    Format(
        name="autolab",
        module="autolab",
        what="last lines that an autograder of Autolab prints",
        suffix=".txt",
        files=EACH,
        takes=("problem",),
    ),
    Format(name="csv", module="long_csv", what="a row for each test", suffix=".csv", audience=TEACHER),
    Format(
        name="parquet",
        module="parquet",
        what="the same for data frames (needs the extra parquet)",
        suffix=".parquet",
        audience=TEACHER,
    ),
)


def find_format(name: str, senders: Sequence[str] = ()) -> Format:
    """Return the format with this name; raise `UsageError` with the nearest one if there is none.

    ``senders`` are names of systems to send to, for the message: they may be what was meant.
    """
    known = {each.name: each for each in FORMATS}
    if name in known:
        return known[name]
    names = [*known, *senders]
    close = difflib.get_close_matches(name.casefold(), names, n=1, cutoff=0.5)
    close = close or [each for each in names if name and each.startswith(name.casefold())][:1]
    meant = f"Did you mean {close[0]}? " if close else ""
    raise UsageError(f"{name}: there is no such format. {meant}Those that exist: {', '.join(names)}.")
