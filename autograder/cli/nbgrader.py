"""``autograder nbgrader``: assignments into an nbgrader course, scores into its gradebook."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.arguments import LARGEST_SEED, path_of, program_of, usable_cpus, whole_number
from autograder.cli.reports import ReportWriter
from autograder.model import AUDITS, GradeOptions, Status, SubmissionReport

if TYPE_CHECKING:
    from autograder.cli.screen.show import Screen
    from autograder.nbgrader.gradebook import Flag
    from autograder.pipeline import Run

EXIT_SOME_NOT_GRADED = 4

_EPILOG = """
\b
Examples:
  autograder nbgrader export lecture21 course/     then, in course/: nbgrader generate_assignment lecture21
  autograder nbgrader grade course/                in place of nbgrader autograde
"""

_EXPORT_EPILOG = """
\b
Exit codes:
  0  written     1  refused: tests, solutions or secrets are not in order
  2  usage or configuration     3  autograder itself has failed
"""

_GRADE_EPILOG = """
\b
Exit codes:
  0  done, whatever the scores     3  autograder itself has failed
  2  usage or configuration        4  some submissions could not be graded
"""


@click.group(epilog=_EPILOG)
def nbgrader() -> None:
    """Work with a course that lives in nbgrader (needs the extra "notebook")."""


@nbgrader.command(epilog=_EXPORT_EPILOG, no_args_is_help=True)
@click.argument("assignment_id", metavar="ASSIGNMENT")
@click.argument("course_dir", metavar="COURSE_DIR")
@click.option("--force", is_flag=True, help="Replace files in the course that were changed since.")
@click.option(
    "--python", metavar="PATH", help="Python inside the jail. Default: the one that runs autograder."
)
@click.option(
    "--jail",
    default="auto",
    metavar="NAME",
    help="The jail in which the notebooks are proven, as in `autograder grade`. Default: auto.",
)
def export(assignment_id: str, course_dir: str, force: bool, python: str | None, jail: str) -> None:
    """Write ASSIGNMENT into the nbgrader course in COURSE_DIR.

    It becomes source/ASSIGNMENT/: a notebook for each exercise, with the solution in nbgrader's regions and a test cell
    for each concept. Before it is written, it must get full marks, and what nbgrader would release of it none.
    """
    from autograder.catalogue import find_root, load_assignment
    from autograder.cli.screen.show import Screen
    from autograder.escape import visible
    from autograder.nbgrader.course import export_assignment

    clone = find_root(Path.cwd())
    assignment = load_assignment(clone, assignment_id, said="")
    options = GradeOptions(jail=jail, python=None if python is None else program_of(python))
    with Screen() as screen:
        done = export_assignment(
            assignment,
            path_of("COURSE_DIR", course_dir),
            clone.absolute(),
            options,
            _Quiet(screen),
            force=force,
        )
    points = f"{done.points:f}"
    click.echo(f"{visible(str(done.folder))}: {', '.join(done.files)}")
    click.echo(f"source notebooks {points}/{points}, as nbgrader releases them 0/{points}")
    if done.snippet:
        click.echo(f"Add this to the nbgrader_config.py that is there:\n\n{done.snippet}")
    click.echo(f"Next, in {visible(course_dir)}: nbgrader generate_assignment {assignment.id}")


@nbgrader.command(epilog=_GRADE_EPILOG, no_args_is_help=True)
@click.argument("course_dir", metavar="COURSE_DIR")
@click.option("--assignment", "assignment_id", metavar="ID", help="Default: the only one in the course.")
@click.option("--student", "students", metavar="ID", multiple=True, help="Only this one; may be repeated.")
@click.option(
    "--jobs", type=whole_number(1, 1_000), metavar="N", help="Grading processes. Default: one per CPU."
)
@click.option("--output", metavar="DIR", help="Write the teacher's reports, too, as `autograder grade` does.")
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
    "--jail", default="auto", metavar="NAME", help="As in `autograder grade`. Default: auto, the strongest."
)
@click.option(
    "--audit",
    type=click.Choice(AUDITS),
    default="suspects",
    help="As in `autograder grade`. Default: suspects.",
)
@click.option("--tests", metavar="PATH", help="Grade with the hidden tests in this folder.")
def grade(
    course_dir: str,
    assignment_id: str | None,
    students: tuple[str, ...],
    jobs: int | None,
    output: str | None,
    seed: int | None,
    python: str | None,
    jail: str,
    audit: str,
    tests: str | None,
) -> int:
    """Grade what lies in submitted/ of the course in COURSE_DIR, and write it into its gradebook.

    No notebook is run: the code of its cells is graded in a jail. Scores and comments go through nbgrader's own
    interface; autograded/ and feedback/ are written as nbgrader would. Grades given by hand stay.
    """
    from autograder.catalogue import find_root, list_assignments, load_assignment
    from autograder.cli.screen.show import Screen
    from autograder.nbgrader.bulk import choose_assignment_id, grade_course
    from autograder.nbgrader.settings import open_course

    options = GradeOptions(
        seed=secrets.randbelow(10**9) if seed is None else seed,
        jail=jail,
        python=None if python is None else program_of(python),
        tests=None if tests is None else path_of("--tests", tests).absolute(),
        audit=audit,
    )
    folder = None if output is None else path_of("--output", output)
    course = open_course(path_of("COURSE_DIR", course_dir))
    clone = find_root(Path.cwd(), [course.root])
    assignment = load_assignment(clone, choose_assignment_id(course, assignment_id, list_assignments(clone)))
    with Screen() as screen:
        with ReportWriter(screen, folder) as listener:
            done = grade_course(
                course, assignment, options, listener, students=students, jobs=jobs or usable_cpus()
            )
            listener.finish()
        screen.show_scores(done.scores, None, folder)
    for flag in done.flags:
        click.echo(_flag_line(flag))
    return EXIT_SOME_NOT_GRADED if any(r.status is Status.NOT_GRADED for r in done.scores.submissions) else 0


def _flag_line(flag: Flag) -> str:
    from autograder.escape import visible

    automatic = "none" if flag.automatic is None else f"{flag.automatic:g}"
    return (
        f"Given by hand, and kept: {visible(flag.student)}, {visible(flag.notebook)}, {visible(flag.cell)}: "
        f"{flag.manual:g} points; the tests say {automatic}. It is marked in the formgrader."
    )


class _Quiet:
    """Lets only warnings through."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def warn(self, text: str) -> None:
        self._screen.warn(text)

    def begin(self, run: Run) -> None:
        pass

    def take(self, report: SubmissionReport) -> None:
        pass
