"""``github-annotations``: workflow commands that GitHub shows beside the lines of a student's files. For students.

A command takes a line of its own, and the texts in it cannot end it. A file is named only if it is one that the
assignment asks for: a message may quote any path.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from autograder.escape import visible
from autograder.model import Finding, Outcome, TestResult
from autograder.outputs.export.audience import HIDDEN
from autograder.outputs.export.batch import Batch, Exported, Settings, Stored, one_file
from autograder.outputs.export.explanation import each_test, explanation, headline, hidden_line

_MOST = 10
"""Annotations of one kind that GitHub shows for a step."""
_DEEPEST = 2
"""Folders below the checkout in which files are looked for, as when they are graded."""


def export(batch: Batch, settings: Settings) -> Exported:
    """Return the commands for one submission."""
    (item,) = batch.items
    places = _Places(settings)
    lines = [*_commands(item, batch.assignment, places)]
    notes = [] if places.known else ["no file is named: no assignment.toml says which file is whose exercise"]
    return one_file("".join(f"{line}\n" for line in lines), notes=notes)


def _commands(item: Stored, assignment: str, places: _Places) -> Iterator[str]:
    report = item.report
    if not item.graded:
        yield _command("error", "Not graded", report.reason or "no reason was given")
        return
    hidden = hidden_line(report)
    yield _command("notice", assignment, headline(report) + (f"\n{hidden}" if hidden else ""))
    lost = [
        test
        for _, exercise, test in each_test(report)
        if test.outcome is not Outcome.PASSED and exercise.id != HIDDEN
    ]
    lost.sort(key=lambda test: test.score - test.max_score)
    errors = [
        _command(
            "error",
            test.title or test.name,
            "\n".join(explanation(test)[bool(test.title) :]) or "Not passed.",
            *places.of_test(test),
        )
        for test in lost
    ]
    yield from _first(errors, "error", "more tests were not passed")
    warnings = [
        _command("warning", finding.concept, finding.message, *places.of_finding(finding))
        for finding in report.findings
    ]
    yield from _first(warnings, "warning", "more findings")


def _first(commands: list[str], kind: str, what: str) -> Iterator[str]:
    if len(commands) <= _MOST:
        yield from commands
        return
    yield from commands[: _MOST - 1]
    yield _command(kind, "And others", f"{len(commands) - _MOST + 1} {what}: GitHub shows {_MOST} at a time.")


def _command(kind: str, title: str, text: str, file: str = "", line: int = 0) -> str:
    properties = {
        "file": file,
        "line": str(line) if file and line > 0 else "",
        "title": visible(title, longest=200) or "Note",
    }
    said = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{kind} {said}::{_data(visible(text, lines=True))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


class _Places:
    """Where the files of the exercises lie in the student's repository."""

    def __init__(self, settings: Settings) -> None:
        self._names = dict(settings.files)
        self._paths = self._names
        if settings.source is not None:
            found = _find(settings.source, set(self._names.values()))
            self._paths = {key: found[name] for key, name in self._names.items() if name in found}

    @property
    def known(self) -> bool:
        """Tell whether it is known which file belongs to which exercise."""
        return bool(self._names)

    def of_finding(self, finding: Finding) -> tuple[str, int]:
        """Return path and line; none for one in a notebook, whose lines are not those that GitHub counts."""
        return self.of_line(finding.exercise, finding.line) if not finding.cell else ("", 0)

    def of_line(self, exercise: str, line: int) -> tuple[str, int]:
        """Return path and line; an empty path where the file is not there."""
        return self._paths.get(exercise, ""), line

    def of_test(self, test: TestResult) -> tuple[str, int]:
        """Return path and the line that a message names in the exercise's own file; both empty if it names none."""
        name = self._names.get(test.exercise, "")
        lines = re.findall(rf"\({re.escape(name)}, line (\d{{1,6}})\b", test.message) if name else []
        return self.of_line(test.exercise, int(lines[-1])) if lines else ("", 0)


def _find(source: Path, names: set[str]) -> dict[str, str]:
    """Return the path below ``source`` of each file that lies there once; links are not followed."""
    found: dict[str, list[str]] = {}
    for folder, folders, files in os.walk(source):
        below = Path(folder).relative_to(source)
        folders[:] = sorted(each for each in folders if each[0] != ".") if len(below.parts) < _DEEPEST else []
        for name in names.intersection(files):
            found.setdefault(name, []).append((below / name).as_posix())
    return {name: paths[0] for name, paths in found.items() if len(paths) == 1}
