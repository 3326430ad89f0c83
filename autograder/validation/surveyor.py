"""The process that looks at the tests: ``python -P -m autograder.validation.surveyor``; a JSON line in, one out."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

from autograder.engines.wire import decode, from_line, to_line
from autograder.errors import ConfigurationError
from autograder.grading.collection import collect_suite
from autograder.grading.public import run_public_tests
from autograder.model import Assignment, GradeOptions, Submission, SubmissionReport
from autograder.validation.survey import REFERENCE, SKELETON, Survey


def _look(assignment: Assignment, options: GradeOptions) -> Survey:
    suite = collect_suite(assignment, options)
    reports: list[SubmissionReport] = []
    problem = ""
    blanks: dict[str, tuple[int, ...]] = {}
    if assignment.public_tests.is_file():
        try:
            blanks = run_public_tests(
                assignment, _given(assignment), reports.append, options.seed, options.jail
            )
        except ConfigurationError as error:
            problem = str(error)
    return Survey(suite=suite, public_problem=problem, public=tuple(reports), public_blanks=blanks)


def _given(assignment: Assignment) -> Iterator[Submission]:
    for name, folder in ((REFERENCE, assignment.solutions), (SKELETON, assignment.folder)):
        files = {
            exercise.file: path.read_bytes()
            for exercise in assignment.exercises
            if (path := folder / exercise.file).is_file()
        }
        if files:
            yield Submission(id=name, files=files)


def main() -> None:
    """Answer one request; whatever a suite prints goes to standard error."""
    request = from_line(sys.stdin.buffer.readline())
    answers = os.dup(1)
    os.dup2(2, 1)
    found = _look(decode(Assignment, request["assignment"]), decode(GradeOptions, request["options"]))
    with contextlib.closing(os.fdopen(answers, "wb")) as stream:
        stream.write(to_line({"survey": found}))


if __name__ == "__main__":
    main()
