"""``autograder validate``: is an exercise sound, before a student sees it?"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.cli.arguments import LARGEST_SEED, path_of, program_of, usable_cpus, whole_number
from autograder.errors import GraderError, UsageError
from autograder.model import Assignment, GradeOptions

if TYPE_CHECKING:
    from autograder.cli.screen.validation import ValidationScreen
    from autograder.validation import Validation

EXIT_FAILS = 1
EXIT_BLOCKED = 2
EXIT_INTERRUPTED = 130

_EPILOG = """
\b
Examples:
  autograder validate lecture21
  autograder validate lecture21 --exercise 21.2 --matrix
  autograder validate --json > validation.json

\b
Exit codes:
  0  all holds            2  usage, or a configuration with which nothing
  1  something fails         can be graded    3  autograder itself has failed
"""


@click.command(epilog=_EPILOG)
@click.argument("assignment_id", metavar="[ASSIGNMENT]", required=False)
@click.option("--exercise", metavar="ID", help="Validate this exercise only.")
@click.option("--tests", metavar="PATH", help="Validate the hidden tests in this folder.")
@click.option(
    "--jobs", type=whole_number(1, 1_000), metavar="N", help="Grading processes. Default: one per CPU."
)
@click.option(
    "--seed",
    type=whole_number(0, LARGEST_SEED - 1_000),
    default="0",
    metavar="N",
    help="What fresh inputs are drawn from; other seeds are tried as well. Default: 0.",
)
@click.option(
    "--python", metavar="PATH", help="Python inside the jail. Default: the one that runs autograder."
)
@click.option(
    "--jail",
    default="auto",
    metavar="NAME",
    help="The jail to be used, as in `grade`. Default: auto, the strongest.",
)
@click.option("--matrix", is_flag=True, help="Show every wrong program with all tests that catch it.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document; everything else goes to stderr."
)
@click.option("--html", metavar="FILE", help="Write a page with everything in it.")
def validate(
    assignment_id: str | None,
    exercise: str | None,
    tests: str | None,
    jobs: int | None,
    seed: int,
    python: str | None,
    jail: str,
    matrix: bool,
    as_json: bool,
    html: str | None,
) -> int:
    """Find out whether the hidden tests of an assignment mark fairly.

    Which wrong programs would get full marks, which right ones would lose points, and which tests are good for nothing?
    Grades the reference, the skeleton, the samples in tests/submissions/, and small mistakes that are made in the
    reference. Without ASSIGNMENT, all assignments.
    """
    from autograder.cli.screen.validation import ValidationScreen

    options = GradeOptions(
        seed=seed,
        jail=jail,
        python=None if python is None else program_of(python),
        tests=None if tests is None else path_of("--tests", tests).absolute(),
        audit="never",
    )
    page = None if html is None else _page(html)
    assignments = _choose(assignment_id, exercise, options.tests)
    done: list[Validation] = []
    with ValidationScreen(to_stderr=as_json) as screen:
        try:
            for assignment in assignments:
                screen.begin(assignment.id)
                whole = matrix or as_json or page is not None
                done.append(_validate(assignment, options, exercise, jobs, screen, complete=whole))
        except KeyboardInterrupt:
            screen.show_stopped([each.assignment for each in done])
            return EXIT_INTERRUPTED
        for each in done:
            screen.show(each, matrix=matrix)
        document = _document(done)
        if page is not None:
            from autograder.outputs.validation_page import write_validation_page

            write_validation_page(page, document)
            screen.tell(f"The page is in {page}")
        if as_json:
            _print_json(document)
    if any(each.blocked for each in done):
        return EXIT_BLOCKED
    return 0 if all(each.holds for each in done) else EXIT_FAILS


def _choose(wanted: str | None, exercise: str | None, tests: Path | None) -> list[Assignment]:
    """Return the assignments that are meant."""
    from autograder.catalogue import find_root, list_assignments, load_assignment

    root = find_root(Path.cwd())
    if wanted is not None:
        return [load_assignment(root, wanted, said="")]
    assignments = [load_assignment(root, each) for each in list_assignments(root)]
    if exercise is not None:
        assignments = [each for each in assignments if exercise in {one.id for one in each.exercises}]
        if not assignments:
            raise UsageError(
                f"--exercise {exercise}: no assignment in {root / 'assignments'} has that exercise."
            )
    if len(assignments) > 1 and (tests is not None or exercise is not None):
        names = ", ".join(each.id for each in assignments)
        option = "--tests" if tests is not None else "--exercise"
        raise UsageError(
            f"{option}: say for which assignment: autograder validate ID, where ID is one of {names}."
        )
    return assignments


def _validate(
    assignment: Assignment,
    options: GradeOptions,
    exercise: str | None,
    jobs: int | None,
    screen: ValidationScreen,
    *,
    complete: bool,
) -> Validation:
    from autograder.jail.host import choose_jail
    from autograder.validation import validate as run

    choice = choose_jail(options.jail, assignment.require, options.python)
    for reason in choice.passed_over:
        screen.warn(reason)
    return run(
        assignment,
        replace(options, jail=choice.backend),
        screen,
        exercise=exercise,
        jobs=jobs or usable_cpus(),
        complete=complete,
    )


def _document(validations: list[Validation]) -> dict[str, Any]:
    from autograder.validation import to_document

    return to_document(validations)


def _page(text: str) -> Path:
    """Return where the page goes; find out before an hour's work whether it can."""
    path = path_of("--html", text)
    if path.is_dir():
        raise UsageError(
            f"--html {text}: this is a folder. Give it a file, such as {path / 'validation.html'}."
        )
    if not path.absolute().parent.is_dir():
        raise UsageError(f"--html {text}: there is no folder {path.absolute().parent}. Make it first.")
    return path


def _print_json(document: dict[str, Any]) -> None:
    from autograder.outputs.json_report import to_json

    try:
        sys.stdout.write(to_json(document, indent=1) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise GraderError(
            f"the output cannot be written: {error.strerror}. Give it another place."
        ) from error
