"""``autograder grade``: submissions in, scores and reports out."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.arguments import LARGEST_SEED, path_of, program_of, usable_cpus, whole_number
from autograder.cli.reports import ReportWriter
from autograder.errors import GraderError
from autograder.escape import visible
from autograder.model import AUDITS, GradeOptions, Status, SubmissionReport

if TYPE_CHECKING:
    from autograder.cli.screen.show import Screen
    from autograder.outputs import JsonClass
    from autograder.pipeline import Run

EXIT_SOME_NOT_GRADED = 4
EXIT_INTERRUPTED = 130

_EPILOG = """
\b
Examples:
  autograder grade homework/                      a class: a folder or a zip each
  autograder grade alice.zip bob/ --output reports
  autograder grade submissions.zip --roster class.csv --output reports   as Canvas, Moodle or Gradescope gave it
  autograder grade homework/ --json --seed 7 > scores.json

\b
Exit codes:
  0  done, whatever the scores     3  autograder itself has failed
  2  usage or configuration        4  some submissions could not be graded
"""


@click.command(epilog=_EPILOG, no_args_is_help=True)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--assignment", "assignment_id", metavar="ID", help="Default: the one whose files lie in PATH.")
@click.option(
    "--jobs", type=whole_number(1, 1_000), metavar="N", help="Grading processes. Default: one per CPU."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document; everything else goes to stderr."
)
@click.option(
    "--output",
    metavar="DIR",
    help="Write the reports into this folder: a page, a text and a table of all, a JSON for each.",
)
@click.option(
    "--seed",
    type=whole_number(0, LARGEST_SEED),
    metavar="N",
    help="What fresh inputs are drawn from. Default: random, and printed.",
)
@click.option(
    "--python", metavar="PATH", help="Python inside the jail. Default: the one that runs autograder."
)
@click.option(
    "--jail",
    default="auto",
    metavar="[auto|bwrap|landlock|chroot|plain]",
    help="How student code is locked in. Default: auto, the strongest that works here. `plain` has no walls.",
)
@click.option(
    "--audit",
    type=click.Choice(AUDITS),
    default="suspects",
    help="Whom to run once more on the real clock, heard from outside. Default: suspects, whose report has evidence "
    "of tampering. What differs is more evidence, never a score.",
)
@click.option("--tests", metavar="PATH", help="Grade with the hidden tests in this folder.")
@click.option(
    "--from",
    "source",
    default="auto",
    metavar="[auto|none|canvas|moodle|gradescope|git|classroom50|nbgrader]",
    help="Where PATH comes from. Default: auto, what looks like an export of one of these is read as one, and that is "
    "said; none: never.",
)
@click.option(
    "--roster", metavar="FILE", help="A CSV of the class: submissions get its ids, who is missing is told."
)
@click.option(
    "--attempts",
    default="latest",
    metavar="[latest|best|all]",
    help="Which of several attempts of one student counts. Default: latest.",
)
def grade(
    paths: tuple[str, ...],
    assignment_id: str | None,
    jobs: int | None,
    as_json: bool,
    output: str | None,
    seed: int | None,
    python: str | None,
    jail: str,
    audit: str,
    tests: str | None,
    source: str,
    roster: str | None,
    attempts: str,
) -> int:
    """Grade submissions with the hidden tests of their assignment.

    PATH is a submission (a folder, a .zip or .tar.gz, a single .py file or notebook) or a class: a folder or an
    archive with one sub-folder or archive for each student, or what a learning platform gives to download.
    """
    from autograder import pipeline
    from autograder.cli.screen.show import Screen
    from autograder.intake import Reading
    from autograder.outputs import JsonClass

    reading = Reading(
        source=source, roster=None if roster is None else path_of("--roster", roster), attempts=attempts
    )
    options = GradeOptions(
        seed=secrets.randbelow(10**9) if seed is None else seed,
        jail=jail,
        python=None if python is None else program_of(python),
        tests=None if tests is None else path_of("--tests", tests).absolute(),
        audit=audit,
    )
    folder = None if output is None else path_of("--output", output)
    with (
        JsonClass() as document,
        Screen(to_stderr=as_json) as screen,
        _Listener(screen, document if as_json else None, folder) as listener,
    ):
        try:
            scores = pipeline.grade(
                [path_of("PATH", path) for path in paths],
                options,
                listener,
                assignment_id=assignment_id,
                jobs=jobs or usable_cpus(),
                leave_out=folder,
                reading=reading,
                tell=lambda text: click.echo(visible(text), err=True),
            )
            listener.finish()
        except BaseException as error:
            interrupted = isinstance(error, KeyboardInterrupt)
            if interrupted or listener.done:
                screen.show_stopped(listener.done, listener.expected, options.seed, folder)
            if interrupted:
                return EXIT_INTERRUPTED
            raise
        try:
            screen.show_scores(scores, listener.only, folder)
            if as_json:
                document.write(sys.stdout, scores.assignment, scores.seed, scores.jail)
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise GraderError(
                f"the output cannot be written: {error.strerror}. Give it another place."
            ) from error
    return EXIT_SOME_NOT_GRADED if any(r.status is Status.NOT_GRADED for r in scores.submissions) else 0


class _Listener(ReportWriter):
    """Also keeps what the end of the run is told with."""

    def __init__(self, screen: Screen, document: JsonClass | None, folder: Path | None) -> None:
        super().__init__(screen, folder)
        self.done: list[str] = []
        self.expected = 0
        self.only: SubmissionReport | None = None
        self._document = document

    def begin(self, run: Run) -> None:
        self.expected = len(run.submissions)
        super().begin(run)

    def take(self, report: SubmissionReport) -> None:
        super().take(report)
        if self._document is not None:
            self._document.add(report)
        if self.expected == 1:
            self.only = report
        self.done.append(report.id)
