"""What goes into an export and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from autograder.model import Status, SubmissionReport
from autograder.outputs.json_folder import file_names

AS_OF = ("open", "after_due_date", "after_published")
"""How far an assignment is: students may still hand in, the due date is over, the grades are out."""

OUTPUT_FORMATS = ("text", "html", "simple_format", "md", "ansi")
"""What Gradescope may be told that a test's output is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One report, and the run that it comes from."""

    report: SubmissionReport
    seed: int | None
    """None, and an empty jail, where students read it."""
    jail: str
    reason: str = ""
    """Why it was not graded, for the teacher, also where the report is one for students."""

    @property
    def graded(self) -> bool:
        """Tell whether its score means anything."""
        return self.report.status is Status.GRADED


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The reports of one export, each submission once."""

    assignment: str
    items: tuple[Stored, ...]
    documents: tuple[Path, ...] = field(default=(), compare=False)
    """The files that they were read from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a format may be told besides the reports; each reads what its row in the table names."""

    gradebook: Path | None = None
    worksheet: Path | None = None
    column: str = ""
    """Title of the column with the grades, in a file of theirs."""
    rescale: bool = False
    """Convert points where their column is worth something else."""
    output_format: str = "text"
    leaderboard: bool = False
    problem: str = ""
    """The one Autolab problem that gets the whole score; empty: a problem for each exercise."""
    source: Path | None = None
    """The student's checkout, in which files are looked for."""
    files: Mapping[str, str] = field(default_factory=dict)
    """File name of each exercise, by its id."""
    points: Decimal | None = None
    """Full marks of the assignment; None where it is not at hand."""
    environment: Mapping[str, str] = field(default_factory=dict)
    now: str = ""
    """The moment of the export, ISO 8601 with an offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of an export. ``name`` is used where an export has several."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A submission that is not in the export, and why."""

    id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """An export. ``notes`` is what its user should know about it."""

    files: tuple[File, ...]
    absent: tuple[str, ...] = ()
    """Names of files that an earlier export may have written for those who are left out now."""
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()


def one_file(
    content: str | bytes, *, left_out: Iterable[LeftOut] = (), notes: Iterable[str] = ()
) -> Exported:
    """Return an export of one file, in UTF-8."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    return Exported(files=(File(name="", content=data),), left_out=tuple(left_out), notes=tuple(notes))


def file_each(batch: Batch, suffix: str, write: Callable[[Stored], str | LeftOut]) -> Exported:
    """Return an export with a file for each submission for which ``write`` gives a text."""
    names = file_names([item.report.id for item in batch.items])
    files, absent, left_out = [], [], []
    for item in batch.items:
        content = write(item)
        name = names[item.report.id].removesuffix(".json") + suffix
        if isinstance(content, LeftOut):
            left_out.append(content)
            absent.append(name)
        else:
            files.append(File(name=name, content=content.encode("utf-8")))
    return Exported(files=tuple(files), absent=tuple(absent), left_out=tuple(left_out))


def not_graded(item: Stored, *, to_students: bool = False) -> LeftOut:
    """Say that a submission is left out because nobody knows its score.

    ``to_students`` is for where students read what the command says: in the log of their own repository.
    """
    reason = item.report.reason if to_students else item.reason
    return LeftOut(id=item.report.id, why=f"it was not graded: {reason or 'no reason was given'}")
