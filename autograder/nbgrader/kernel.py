"""The process that a test cell asks: it gets the cells' source and answers with the points of every concept.

::

    stdin   {"assignment": ..., "exercise": ..., "cells": [source, ...], "execution": "" | "autograde" | "validate"}
    stdout  {"problem": "", "concepts": {concept: {"points": "2.5" | null, "passed": true, "text": "..."}}}

``points`` is null where only public tests were run. ``problem`` says why there is no answer.
"""

from __future__ import annotations

import ast
import json
import os
import secrets
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from autograder.catalogue import find_bundle, load_assignment, read_bundle
from autograder.errors import AutograderError, UsageError
from autograder.grading.public import run_public_tests
from autograder.model import (
    Assignment,
    ExerciseReport,
    GradeOptions,
    Outcome,
    Status,
    Submission,
    SubmissionReport,
)
from autograder.nbgrader.handed_in import as_notebook, read_notebooks
from autograder.nbgrader.wording import concept_score, concept_text, concepts_of, public_text
from autograder.notebook import CLONE
from autograder.pipeline import Run, grade_submissions

_WHO = "notebook"


def main() -> None:
    """Answer one question."""
    signal.signal(signal.SIGTERM, _end)
    question = json.load(sys.stdin)
    answer = sys.stdout
    sys.stdout = sys.stderr  # whatever a suite prints must not get into the answer
    try:
        concepts, problem = _answer(question), ""
    except AutograderError as error:
        concepts, problem = {}, str(error)
    json.dump({"problem": problem, "concepts": concepts}, answer)


def _end(number: int, frame: object) -> NoReturn:
    """End in an orderly way, so that the jails end, too."""
    sys.exit(128 + number)


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    cells = question["cells"] if question["execution"] else current_cells(question["cells"])
    clone = os.environ.get(CLONE, "")
    if clone:
        assignment = load_assignment(Path(clone), question["assignment"], said="")
        return _hidden(assignment, _submission(assignment, question["exercise"], cells))
    if question["execution"] == "autograde":
        raise UsageError(
            f"the hidden tests are not known to nbgrader: {CLONE} is not set. Set it in nbgrader_config.py to the "
            "folder that holds assignments/ and tests/hidden/"
        )
    return _public(question["assignment"], question["exercise"], cells)


def _submission(assignment: Assignment, exercise_id: str, cells: Sequence[str]) -> Submission:
    try:
        exercise = assignment.exercise(exercise_id)
    except KeyError:
        raise UsageError(f"{assignment.id} has no exercise {exercise_id}") from None
    read = read_notebooks(_WHO, {exercise.notebook: as_notebook(cells)}, assignment)
    return replace(read, exercises=(exercise_id,))


class _Last:
    """Keeps the only report."""

    def __init__(self) -> None:
        self.report: SubmissionReport | None = None

    def warn(self, text: str) -> None:
        """A kernel has no place for warnings."""

    def begin(self, run: Run) -> None:
        """Need not be told."""

    def take(self, report: SubmissionReport) -> None:
        """Keep it."""
        self.report = report


def _hidden(assignment: Assignment, submission: Submission) -> dict[str, Any]:
    last = _Last()
    options = GradeOptions(seed=secrets.randbelow(10**9), audit="never")
    grade_submissions(assignment, [submission], options, last)
    report = _graded(last.report)
    (exercise,) = report.exercises
    answer = {}
    for concept in concepts_of(exercise):
        points = concept_score(exercise.tests, concept)
        text = concept_text(report, exercise.id, concept)
        answer[concept] = {"points": f"{points:f}", "passed": True, "text": text}
    return answer


def _public(assignment_id: str, exercise_id: str, cells: Sequence[str]) -> dict[str, Any]:
    folder = find_bundle(Path.cwd())
    bundle = None if folder is None else read_bundle(folder)
    if bundle is None:
        raise UsageError(
            "there are no tests here: neither this folder nor one above it holds assignment.toml and test_public.py. "
            "Put them back beside the notebook"
        )
    submission = _submission(bundle.assignment, exercise_id, cells)
    reports: list[SubmissionReport] = []
    run_public_tests(bundle.assignment, iter([submission]), reports.append, secrets.randbelow(10**9))
    report = _graded(reports[0])
    (exercise,) = report.exercises
    return {concept: _public_row(exercise, concept) for concept in concepts_of(exercise)}


def _public_row(exercise: ExerciseReport, concept: str) -> dict[str, Any]:
    tests = [test for test in exercise.tests if test.concept == concept]
    passed = all(test.outcome is Outcome.PASSED for test in tests)
    return {"points": None, "passed": passed, "text": public_text(concept, tests)}


def _graded(report: SubmissionReport | None) -> SubmissionReport:
    if report is None or report.status is not Status.GRADED:
        raise UsageError(report.reason if report is not None and report.reason else "there is no report")
    return report


def current_cells(cells: Sequence[str]) -> list[str]:
    """Return the cells that still hold in a session where cells were run again after a change.

    What does not parse was mended since, or its cell says so itself. A cell all of whose definitions were made anew by
    a later one is an older version of that.
    """
    defined: set[str] = set()
    kept: list[str] = []
    for source in reversed(cells):
        try:
            tree = ast.parse(_without_magics(source))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        names = {
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        }
        if source in kept or (names and names <= defined):
            continue
        defined |= names
        kept.append(source)
    return kept[::-1]


def _without_magics(source: str) -> str:
    return "\n".join("" if line.lstrip().startswith(("%", "!", "?")) else line for line in source.split("\n"))


if __name__ == "__main__":
    main()
