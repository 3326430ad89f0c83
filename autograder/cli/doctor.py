"""``autograder doctor``: can student code be locked in on this machine, and does the jail hold?"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from autograder.errors import UsageError

EXIT_NOT_SAFE = 1

_EPILOG = """
\b
Examples:
  autograder doctor                    which jail `grade` uses here, and what it holds off
  autograder doctor --jail landlock    attack this one only
  autograder doctor --json             one JSON document

\b
Exit codes:
  0  the jail that `grade` would use holds all that it promises
  1  it does not, or there is none     2  usage
"""


@click.command(epilog=_EPILOG)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--python", metavar="PATH", help="Python inside the jail. Default: the one that runs autograder."
)
@click.option(
    "--jail",
    default="auto",
    metavar="NAME",
    help="The jail to be used, as in `grade`. Default: auto, the strongest; then all are attacked.",
)
def doctor(as_json: bool, python: str | None, jail: str) -> int:
    """Examine this machine, and attack its jails.

    Each jail is started for real and attacked from inside. That takes some seconds, and changes nothing but in folders
    for temporary files.
    """
    from autograder.cli.screen.diagnosis import Working, show_diagnosis
    from autograder.doctor import diagnose, to_document

    if python == "":
        raise UsageError("--python is empty. Give it a path.")
    # `./python` is a file here, `python3.12` is looked for on the PATH; `Path` alone would drop the difference.
    program = None if python is None else Path(python).absolute() if os.sep in python else Path(python)
    with Working() as working:
        diagnosis = diagnose(jail, program, working.say)
    if as_json:
        sys.stdout.write(json.dumps(to_document(diagnosis), indent=1) + "\n")
    else:
        show_diagnosis(diagnosis)
    return 0 if diagnosis.holds else EXIT_NOT_SAFE
