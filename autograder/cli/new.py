"""``autograder new``: a small exercise that is sound as it is, to begin a new one from."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from autograder.scaffolding import Plan

_EPILOG = """
\b
Examples:
  autograder new lecture30/ex30_1_retry
  autograder new lecture30/ex30_2_backoff --title "Back off" --points 25

\b
Exit codes:
  0  written     2  usage, or something of that name is there: nothing is written
  3  autograder itself has failed
"""


@click.command(epilog=_EPILOG, no_args_is_help=True)
@click.argument("name", metavar="LECTURE/EXERCISE")
@click.option("--title", metavar="TEXT", help="Default: made from the name, `Retry` of ex30_1_retry.")
@click.option("--points", metavar="N", default="10", show_default=True, help="What the exercise is worth.")
def new(name: str, title: str | None, points: str) -> None:
    """Begin a new exercise, in a new assignment or in one that exists.

    Writes a small async exercise in which everything is there and fits together: reference with blanks, skeleton,
    hidden and public tests, one right and one wrong sample. `autograder validate` finds nothing wrong with it; edit it
    until it is your own. Its id is 30.1 if it is called ex30_1_..., otherwise its name.

    The course's folder is the nearest one, from here upwards, that holds assignments/; otherwise this one. No file is
    ever overwritten.
    """
    from autograder.escape import visible
    from autograder.scaffolding import find_course, parse_name, plan_exercise, write
    from autograder.scaffolding.shares import read_points

    parsed, worth = parse_name(name), read_points(points)
    plan = plan_exercise(find_course(Path.cwd()), parsed, worth, title)
    write(plan)
    for line in _account(plan):
        click.echo(visible(line))


def _account(plan: Plan) -> list[str]:
    """Return the lines that tell what was written and what comes next."""
    from autograder.release import skeletons_command

    lecture = plan.name.lecture
    solutions, folder = f"solutions/{lecture}", f"assignments/{lecture}"
    lines = [f"Exercise {plan.name.id}, {plan.title}, worth {plan.points:f}, in {plan.root}:"]
    lines += [f"  new      {path}" for path in plan.new]
    lines += [f"  added to {path}" for path in plan.changed]
    lines += ["", "Everything fits together as it is; try it:", f"  autograder validate {lecture}"]
    lines += [
        "",
        f"Then edit it, beginning with {solutions}/{plan.name.file} and its tests in tests/hidden/{lecture}/.",
    ]
    if f"{folder}/README.md" not in plan.new:
        lines += [f"{folder}/README.md does not tell of the new exercise yet."]
    lines += [
        "After each change of a reference make the skeletons again, and validate:",
        f"  {skeletons_command(plan.root / solutions, plan.root / folder)}",
        f"  autograder validate {lecture}",
        "What students get:",
        f"  autograder release {lecture} --to {shlex.quote(lecture + '.zip')}",
    ]
    return lines
