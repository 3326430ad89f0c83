"""``autograder gradescope``: try out here what Gradescope would run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from autograder.cli.arguments import path_of

if TYPE_CHECKING:
    from autograder.gradescope.container import Trial

EXIT_WRONG = 1
EXIT_NOT_GRADED = 4

_EPILOG = """
\b
Examples:
  autograder gradescope try lecture21.zip solutions/lecture21
  autograder gradescope try lecture21.zip alice.zip --json > results.json
  autograder gradescope try lecture21.zip alice.zip --root /srv/jammy --metadata late.json

\b
Exit codes:
  0  graded, and results.json is as Gradescope takes it
  1  results.json is missing or not as it has to be, or something was left running or changed
  2  usage; also where the rights for a container are missing
  3  setup.sh or autograder itself has failed
  4  results.json is right, and says that the submission was not graded
"""


@click.group(no_args_is_help=True)
def gradescope() -> None:
    """Try out what Gradescope would run."""


@gradescope.command("try", epilog=_EPILOG, no_args_is_help=True)
@click.argument("package", metavar="AUTOGRADER.zip")
@click.argument("submission", metavar="SUBMISSION")
@click.option("--json", "as_json", is_flag=True, help="Print results.json; everything else goes to stderr.")
@click.option(
    "--metadata",
    metavar="FILE",
    help="A submission_metadata.json to grade with. Default: one of a student who is in time.",
)
@click.option(
    "--root",
    metavar="DIR",
    help="The root folder of a Linux system, such as debootstrap makes; what setup.sh installs stays in it, and is "
    "used again for the same zip. Default: this machine's own, with every change kept in memory and then dropped.",
)
def try_(package: str, submission: str, as_json: bool, metadata: str | None, root: str | None) -> int:
    """Build a container from the zip and grade one submission in it, as Gradescope does.

    Everything lies where it lies there, in /autograder; setup.sh and run_autograder run as root, student code as a user
    without rights and in its jail, and grading has no network. Then results.json is held against what Gradescope
    takes. SUBMISSION is a folder, a zip or a single file.

    This needs root's rights: it makes namespaces, mounts and a root folder of its own, which are gone at the end. The
    processor and memory that Gradescope gives are not imitated.
    """
    from autograder.escape import visible
    from autograder.gradescope.container import try_out

    trial = try_out(
        path_of("AUTOGRADER.zip", package),
        path_of("SUBMISSION", submission),
        metadata=None if metadata is None else path_of("--metadata", metadata),
        root=None if root is None else path_of("--root", root),
        say=lambda text: click.echo(visible(text), err=True),
    )
    if as_json and trial.results is not None:
        click.echo(trial.results, nl=False)
    for line in (*([] if as_json else _rows(trial)), *_verdict(trial)):
        click.echo(visible(line), err=as_json)
    if trial.complaints or trial.left_running or trial.changed:
        return EXIT_WRONG
    return 0 if trial.graded else EXIT_NOT_GRADED


def _rows(trial: Trial) -> list[str]:
    """Return a line for each test, and what the student reads above them."""
    if trial.results is None or trial.complaints:
        return []
    document = json.loads(trial.results)
    lines = [*document.get("output", "").splitlines(), ""]
    for test in document.get("tests", ()):
        worth = "/".join(f"{test[name]:g}" for name in ("score", "max_score") if name in test) or "-"
        lines.append(
            f"{test.get('number', ''):>5}  {test.get('status', ''):6}  {worth:>7}  {test.get('visibility', ''):15}  "
            f"{test.get('name', '')}"
        )
    if "score" in document:
        lines += ["", f"score: {document['score']:g}"]
    return lines


def _verdict(trial: Trial) -> list[str]:
    lines = [f"run_autograder: {line}" for line in trial.output.splitlines()]
    lines += [f"results.json is not as Gradescope takes it: {each}" for each in trial.complaints]
    lines += [f"left running at the end: {each}" for each in trial.left_running]
    lines += [f"changed while grading: {each}" for each in trial.changed]
    if not trial.complaints:
        lines.append("results.json is as Gradescope takes it.")
    return lines
