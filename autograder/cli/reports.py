"""Who shows how far a run is and writes what ``--output`` asks for: the same for every command that grades."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from autograder.model import SubmissionReport

if TYPE_CHECKING:
    from autograder.cli.screen.show import Screen
    from autograder.outputs import ClassFiles, JsonFolder
    from autograder.pipeline import Run


class ReportWriter:
    """A listener of a run: hands each report on, and forgets it. Use it as a context manager."""

    def __init__(self, screen: Screen, folder: Path | None) -> None:
        """``folder`` is where the reports go; None: nowhere."""
        self._screen = screen
        self._folder = folder
        self._run: Run | None = None
        self._reports: JsonFolder | None = None
        self._class_files: ClassFiles | None = None

    def warn(self, text: str) -> None:
        """Show it."""
        self._screen.warn(text)

    def begin(self, run: Run) -> None:
        """Make the folder ready."""
        from autograder.outputs import ClassFiles, JsonFolder

        self._run = run
        if self._folder is not None:
            self._reports = JsonFolder(self._folder, run.submissions)
            self._class_files = ClassFiles(self._folder, run.assignment, run.seed, run.jail)
        self._screen.begin(run)

    def take(self, report: SubmissionReport) -> None:
        """Write one report."""
        assert self._run is not None
        if self._reports is not None:
            self._reports.write(self._run.assignment.id, self._run.seed, self._run.jail, report)
        if self._class_files is not None:
            self._class_files.add(report)
        self._screen.advance()

    def finish(self) -> None:
        """Write what shows the whole class, now that it is there."""
        if self._class_files is not None:
            self._class_files.write()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._class_files is not None:
            self._class_files.close()
