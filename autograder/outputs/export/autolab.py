"""``autolab``: the last lines of what an autograder of Autolab prints. For students, who see all that it prints.

The last line has the scores. Autolab takes a last line without them for a grader that has failed, so there are no lines
for a submission that was not graded.
"""

from __future__ import annotations

import json
from collections.abc import Container
from itertools import chain, count
from typing import Any

from autograder.escape import visible
from autograder.model import Outcome, SubmissionReport
from autograder.outputs.export.audience import HIDDEN
from autograder.outputs.export.batch import Batch, Exported, LeftOut, Settings, Stored, file_each, not_graded
from autograder.outputs.export.explanation import explanation
from autograder.outputs.export.marks import number


def export(batch: Batch, settings: Settings) -> Exported:
    """Return the lines for each submission."""

    def write(item: Stored) -> str | LeftOut:
        if not item.graded:
            return not_graded(item, to_students=True)
        scores = {"scores": _scores(item.report, settings.problem)}
        return "".join(f"{json.dumps(line, allow_nan=False)}\n" for line in (_stages(item.report), scores))

    return file_each(batch, ".txt", write)


def _scores(report: SubmissionReport, problem: str) -> dict[str, int | float]:
    if problem:
        return {problem: number(report.score)}
    return {each.id: number(each.score) for each in report.exercises if each.id != HIDDEN}


def _stages(report: SubmissionReport) -> dict[str, Any]:
    stages: dict[str, dict[str, Any]] = {}
    for exercise in report.exercises:
        tests: dict[str, Any] = {}
        for test in exercise.tests:
            name, passed = _free(visible(test.name), tests), test.outcome is Outcome.PASSED
            hint = "" if passed else visible(" ".join(explanation(test)))
            tests[name] = {"passed": passed, **({"hint": hint} if hint else {})}
        if tests:
            # The underline keeps an exercise called `stages` from taking the place of the list.
            name = exercise.title if exercise.id == HIDDEN else f"{exercise.id} {exercise.title}".strip()
            name = visible(name)
            stages[_free(f"{name}_" if name in ("stages", "_presentation") else name, stages)] = tests
    return {"_presentation": "semantic", "stages": list(stages), **stages}


def _free(name: str, taken: Container[str]) -> str:
    """Return a name, with a number behind it if there is one like it already."""
    return next(each for each in chain([name], (f"{name} ({n})" for n in count(2))) if each not in taken)
