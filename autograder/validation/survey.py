"""What the hidden and the public tests are, found out in a process of its own (`surveyor`).

A suite may print, hang or exit while it is imported; none of that may reach the command that validates it.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field

from autograder.engines.wire import WireError, decode, from_line, to_line
from autograder.errors import GraderError
from autograder.grading.collection import Suite
from autograder.model import Assignment, GradeOptions, SubmissionReport

_COMMAND = (sys.executable, "-P", "-m", "autograder.validation.surveyor")
_SECONDS = 120.0
_LAST_WORDS = 2_000

REFERENCE = "reference"
SKELETON = "skeleton"


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What was found."""

    suite: Suite
    public_problem: str = ""
    """Why the public tests cannot be used; empty if they can."""
    public: tuple[SubmissionReport, ...] = ()
    """What they say about the reference and the skeleton."""
    public_blanks: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Public test to the numbers of the blanks that it is about."""


def survey(assignment: Assignment, options: GradeOptions) -> Survey:
    """Collect the hidden tests, and run the public ones on reference and skeleton.

    The jail of ``options`` must be one that works here. A suite that hangs or ends its process is a problem of the
    suite; raise `GraderError` when the process fails in another way.
    """
    request = to_line({"assignment": assignment, "options": options})
    folder = options.tests or assignment.hidden_tests
    try:
        done = subprocess.run(_COMMAND, input=request, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        problem = f"{folder}: the hidden suite is not collected after {_SECONDS:g} s. Does it wait at import?"
        return Survey(suite=Suite(tests=(), problem=problem))
    lines = done.stdout.splitlines()
    if not lines:
        said = done.stderr.decode("utf-8", "replace")[-_LAST_WORDS:].strip()
        if done.returncode in (0, 1) and "Traceback" in said:
            raise GraderError(f"the hidden suite could not be looked at:\n{said}")
        problem = (
            f"{folder}: collecting the hidden suite ended its process (exit status {done.returncode}). {said}"
        )
        return Survey(suite=Suite(tests=(), problem=problem))
    try:
        return decode(Survey, from_line(lines[-1])["survey"])
    except WireError as error:
        raise GraderError(f"the hidden suite could not be looked at: {error}") from error
