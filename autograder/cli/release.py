"""``autograder release``: what students get, made from the reference solutions."""

from __future__ import annotations

import os
from pathlib import Path

import click

from autograder.errors import UsageError

_EPILOG = """
\b
Examples:
  autograder release lecture21 --to handout/       a folder, new, empty or from an earlier release
  autograder release lecture21 --to handout.zip    an archive, always the same bytes

\b
Exit codes:
  0  written     1  refused: tests, reference, skeletons or secrets are not in order
  2  usage or configuration     3  autograder itself has failed
"""


@click.command(epilog=_EPILOG, no_args_is_help=True)
@click.argument("assignment_id", metavar="ASSIGNMENT")
@click.option("--to", metavar="DIR|ZIP", required=True, help="Where the bundle goes.")
@click.option(
    "--force",
    is_flag=True,
    help="Overwrite what somebody has changed in an earlier bundle there, or another assignment's bundle.",
)
@click.option(
    "--python", metavar="PATH", help="Python inside the jail. Default: the one that runs autograder."
)
@click.option(
    "--jail",
    default="auto",
    metavar="NAME",
    help="The jail in which reference and skeletons are graded, as in `grade`. Default: auto, the strongest.",
)
def release(assignment_id: str, to: str, force: bool, python: str | None, jail: str) -> None:
    """Make the bundle that students get for ASSIGNMENT.

    It holds skeletons, notebooks, hints, public tests and a README, nothing of solutions and hidden tests. Before it is
    written, the reference must get full marks from the hidden tests, and the untouched skeletons none.
    """
    from autograder.catalogue import find_root, load_assignment
    from autograder.escape import visible
    from autograder.model import GradeOptions
    from autograder.publishing import publish

    for name, value in (("--to", to), ("--python", python)):
        if value == "":
            raise UsageError(f"{name} is empty. Give it a path.")
    # `./python` is a file here, `python3.12` is looked for on the PATH; `Path` alone would drop the difference.
    program = None if python is None else Path(python).absolute() if os.sep in python else Path(python)
    assignment = load_assignment(find_root(Path.cwd()), assignment_id, said="")
    options = GradeOptions(jail=jail, python=program)
    done = publish(
        assignment,
        Path(to),
        options,
        lambda text: click.echo(f"warning: {visible(text)}", err=True),
        force=force,
    )
    points = f"{done.reference.max_score:f}"
    click.echo(f"{visible(str(done.path))}: {len(done.files)} files")
    click.echo(f"reference {points}/{points}, untouched skeletons 0/{points}")
