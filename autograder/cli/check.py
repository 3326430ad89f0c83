"""``autograder check``: what a student's own files lack, before they are handed in."""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.cli.arguments import LARGEST_SEED, whole_number
from autograder.errors import UsageError

if TYPE_CHECKING:
    from autograder.grading.selfcheck import CheckReport, ExerciseCheck, TestCheck

EXIT_NOT_DONE = 1

_EPILOG = """
\b
Examples:
  autograder check                     the exercises in this folder
  autograder check ex21_1_gather.py    one of them, as a file or as a notebook
  autograder check --hints 2           with a second hint, where there is one

\b
Exit codes:
  0  no blank is open and all public tests pass
  1  something is left to do           3  autograder itself has failed
  2  usage, or nothing to check
"""


@click.command(epilog=_EPILOG)
@click.argument("path", metavar="[PATH]", default=".")
@click.option("--assignment", "assignment_id", metavar="ID", help="Default: the one whose files lie in PATH.")
@click.option(
    "--hints",
    type=whole_number(0, 99),
    metavar="N",
    help="How many levels of hints to show. Default: 1, for the next blank and for tests that fail; 0: none.",
)
@click.option(
    "--seed",
    type=whole_number(0, LARGEST_SEED),
    metavar="N",
    help="What the tests' inputs are drawn from. Default: random, and printed when a test fails.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(path: str, assignment_id: str | None, hints: int | None, seed: int | None, as_json: bool) -> int:
    """Check your own files with the public tests, before you hand in.

    PATH is the folder with the exercises, or one of their files. Your code runs on this machine as it would if you ran
    it yourself; to grade what others have written, use `grade`.
    """
    from autograder.grading.selfcheck import check_workplace
    from autograder.grading.workplace import find_workplace

    if not path:
        raise UsageError("PATH is empty. Give the folder with the exercises, or one of their files.")
    place = find_workplace(Path(path), assignment_id)
    seed = secrets.randbelow(10**9) if seed is None else seed
    report = check_workplace(place, seed, 1 if hints is None else hints)
    if as_json:
        sys.stdout.write(json.dumps(_document(report), indent=1) + "\n")
    else:
        from autograder.cli.screen.check import show_check

        show_check(report, place.folder, hints)
    return 0 if report.passed else EXIT_NOT_DONE


def _document(report: CheckReport) -> dict[str, Any]:
    from autograder.escape import json_text
    from autograder.grading.selfcheck import FORMAT

    return {
        "format": FORMAT,
        "assignment": json_text(report.assignment),
        "seed": report.seed,
        "passed": report.passed,
        "exercises": [_exercise(each) for each in report.exercises],
        "notes": [json_text(note) for note in report.notes],
    }


def _exercise(check: ExerciseCheck) -> dict[str, Any]:
    from autograder.escape import json_text

    return {
        "id": check.exercise.id,
        "title": check.exercise.title,
        "file": json_text(check.file),
        "passed": check.passed,
        "missing": json_text(check.missing),
        "open_blanks": [
            {
                "number": blank.number,
                "line": blank.line,
                **({"cell": blank.cell} if blank.cell else {}),
                "prompt": json_text(blank.prompt),
                "hints": [json_text(hint) for hint in blank.hints],
            }
            for blank in check.open_blanks
        ],
        "tests": [_test(test) for test in check.tests],
    }


def _test(test: TestCheck) -> dict[str, Any]:
    from autograder.escape import json_text

    return {
        "name": test.result.name,
        "title": json_text(test.result.title),
        "concept": test.result.concept,
        "blanks": list(test.blanks),
        "outcome": str(test.result.outcome),
        "waits_for": list(test.waits_for),
        "line": test.line,
        **({"cell": test.cell} if test.cell else {}),
        "message": "" if test.waits_for else json_text(test.result.message),
        "hint": json_text(test.result.hint),
        "hints": [json_text(hint) for hint in test.hints],
        "virtual_seconds": test.result.virtual_seconds,
    }
