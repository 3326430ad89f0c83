"""``autograder build``: an assignment in, what another system runs out."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.arguments import LARGEST_SEED, path_of, whole_number

_EPILOG = """
\b
Examples:
  autograder build gradescope lecture21 --out lecture21-gradescope.zip
  autograder gradescope try lecture21-gradescope.zip solutions/lecture21

\b
Exit codes:
  0  written     2  usage or configuration     3  autograder itself has failed
"""


@click.group(no_args_is_help=True)
def build() -> None:
    """Make an autograder that runs inside another system."""


@build.command(epilog=_EPILOG, no_args_is_help=True)
@click.argument("assignment_id", metavar="ASSIGNMENT")
@click.option("--out", metavar="FILE.zip", required=True, help="The zip to write. It holds the hidden tests.")
@click.option(
    "--seed",
    type=whole_number(0, LARGEST_SEED),
    metavar="N",
    help="What the tests' inputs are drawn from, for every submission. Default: a seed for each submission, the same "
    "when it is graded again, that students cannot foresee.",
)
def gradescope(assignment_id: str, out: str, seed: int | None) -> None:
    """Write the zip that is uploaded to Gradescope as an autograder.

    In it: setup.sh, which prepares the image (a Python that is new enough, beside the image's own, the kit and its
    locked dependencies), run_autograder, the assignment's settings and its hidden tests, which root alone may read.
    Grading needs no network. Settings for it are in assignment.toml, tables [gradescope] and [late].

    Needs a clone of the course, in or below which this is run.
    """
    from autograder.catalogue import find_root, load_assignment
    from autograder.escape import visible
    from autograder.gradescope.packing import pack

    assignment = load_assignment(find_root(Path.cwd()), assignment_id, said="")
    packed = pack(assignment, path_of("--out", out), seed=seed)
    lines = (
        f"{packed.path}: {packed.files} files, {packed.bytes:,} bytes.",
        "It holds the hidden tests: keep it as you keep them.",
        f"The kit in it is {packed.wheel.name}, {packed.wheel.how}.",
        f"Its container is to have {assignment.gradescope.timeout_minutes} minutes (gradescope.timeout_minutes).",
        f"Try it out (as root): autograder gradescope try {packed.path} SUBMISSION",
    )
    for line in lines:
        click.echo(visible(line))
