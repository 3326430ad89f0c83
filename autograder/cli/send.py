"""``autograder export canvas-api`` and ``lti-ags``: stored reports in, grades out over the network.

Without ``--send`` nothing is written anywhere: what would change is read from the system, and shown.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from autograder.cli.arguments import path_of, whole_number
from autograder.cli.stored import EXIT_SOME_LEFT_OUT, at_hand, one_of, read_batch, tell
from autograder.errors import AutograderError, UsageError
from autograder.escape import LONGEST_NAME, visible

if TYPE_CHECKING:
    from autograder.outputs.export.batch import Batch
    from autograder.outputs.send.patience import Patience
    from autograder.outputs.send.plan import Plan
    from autograder.outputs.send.senders import Sender

_LARGEST_ID = 2**53 - 1
_LONGEST_WAIT = 600

_EXIT_CODES = """
\b
Exit codes:
  0  done     2  usage or configuration, or the token was refused     3  the server cannot be reached
  4  done, but some submissions were held, left out or refused; they are named with the reason
"""

_CANVAS = f"""
\b
Examples:
  export CANVAS_API_URL=canvas.example.edu; read -rs CANVAS_API_TOKEN; export CANVAS_API_TOKEN
  autograder export canvas-api reports/ --course 17 --assignment 4321            what would change
  autograder export canvas-api reports/ --course 17 --assignment 4321 --send     change it
{_EXIT_CODES}"""

_LTI = f"""
\b
Example:
  autograder export lti-ags reports/ --client-id 10000000000042 --token-url lms.example.edu/login/oauth2/token \\
    --private-key key.pem --users users.csv --lineitem lms.example.edu/api/lti/courses/17/line_items/5 --send
{_EXIT_CODES}"""

Command = TypeVar("Command", bound=Callable[..., int])


def _common(command: Command) -> Command:
    """Give a command the options that all of them have."""
    for option in reversed(
        (
            click.option(
                "--comments",
                default="summary",
                metavar="[none|summary|full]",
                help="What students read beside the score. Default: summary, the points of each exercise.",
            ),
            click.option(
                "--overwrite",
                is_flag=True,
                help="Replace scores that are higher, or that were not sent with this journal.",
            ),
            click.option(
                "--as-of",
                default="open",
                metavar="[open|after_due_date|after_published]",
                help="How far the assignment is: decides which tests comments show. Default: open.",
            ),
            click.option("--send", is_flag=True, help="Do it. Without this, what would change is shown."),
            click.option(
                "--journal",
                metavar="FILE",
                help="Where is written down what was sent. Default: a file beside the reports.",
            ),
            click.option(
                "--timeout",
                default="60",
                metavar="SECONDS",
                help=f"How long to wait for one answer, 1 to {_LONGEST_WAIT}. Default: 60.",
            ),
        )
    ):
        command = option(command)
    return command


@click.command("canvas-api", epilog=_CANVAS, no_args_is_help=True)
@click.argument("reports", metavar="REPORTS...", nargs=-1)
@click.option("--course", metavar="N", help="Number of the course, as in the address of its page.")
@click.option("--assignment", metavar="N", help="Number of the assignment, as in the address of its page.")
@click.option("--url", metavar="ADDRESS", help="Of Canvas. Default: $CANVAS_API_URL.")
@click.option(
    "--token-file",
    metavar="FILE",
    help="A file with an access token and nothing else. Default: $CANVAS_API_TOKEN.",
)
@click.option(
    "--feedback-file", is_flag=True, help="Hang a file with all that students may see on the comment."
)
@click.option("--rescale", is_flag=True, help="Convert points to what the assignment is worth in Canvas.")
@_common
def canvas_api(
    reports: tuple[str, ...],
    course: str | None,
    assignment: str | None,
    url: str | None,
    token_file: str | None,
    feedback_file: bool,
    rescale: bool,
    comments: str,
    overwrite: bool,
    as_of: str,
    send: bool,
    journal: str | None,
    timeout: str,
) -> int:
    """Send scores, comments and feedback files to an assignment of Canvas.

    Shows first what would change; --send does it. A run that was cut off is finished by the same command, and nothing
    is sent twice. Who was not graded is never touched. The access token is read from the environment or from a file.
    """
    from autograder.outputs.send import senders

    senders.CANVAS.check_library()
    from autograder.outputs.send.address import checked_address
    from autograder.outputs.send.canvas import Canvas
    from autograder.outputs.send.canvas_api import CanvasApi, Wishes

    where = _required({"--course": course, "--assignment": assignment})
    place = _number("--course", where["--course"]), _number("--assignment", where["--assignment"])
    address = checked_address("--url", _canvas_address(url))
    token = _token(token_file)
    patience = _patience(timeout)
    batch = _batch(reports, comments, as_of)
    wishes = Wishes(
        comments=comments,
        feedback_file=feedback_file,
        overwrite=overwrite,
        rescale=rescale,
        as_of=as_of,
        points=_points(batch),
    )
    sender = CanvasApi(Canvas(address, token, *place, patience), wishes, patience)
    name = f"canvas-{place[0]}-{place[1]}.journal"
    return _run(sender, batch, _journal(journal, reports, name), send=send)


@click.command("lti-ags", epilog=_LTI, no_args_is_help=True)
@click.argument("reports", metavar="REPORTS...", nargs=-1)
@click.option("--client-id", metavar="ID", help="What the platform calls this tool.")
@click.option("--token-url", metavar="ADDRESS", help="Where the platform gives tokens.")
@click.option("--private-key", metavar="FILE", help="The private RSA key of the tool, PEM.")
@click.option("--key-id", metavar="ID", help="The id of that key in the key set that the platform knows.")
@click.option(
    "--audience",
    metavar="TEXT",
    help="Whom the platform wants to be called. Default: the address of --token-url.",
)
@click.option("--users", metavar="FILE", help="A CSV file: the column sub, and one that tells who it is.")
@click.option("--lineitem", metavar="ADDRESS", help="The line item to send to.")
@click.option("--lineitems", metavar="ADDRESS", help="Where line items are listed; needs --label.")
@click.option("--label", metavar="TEXT", help="The line item with this label; it is made if there is none.")
@_common
def lti_ags(
    reports: tuple[str, ...],
    client_id: str | None,
    token_url: str | None,
    private_key: str | None,
    key_id: str | None,
    audience: str | None,
    users: str | None,
    lineitem: str | None,
    lineitems: str | None,
    label: str | None,
    comments: str,
    overwrite: bool,
    as_of: str,
    send: bool,
    journal: str | None,
    timeout: str,
) -> int:
    """Send scores to any platform that speaks LTI 1.3 (Assignment and Grade Services).

    Shows first what would change; --send does it. A run that was cut off is finished by the same command. Who was not
    graded is told to the platform as pending where there is no score yet, never as zero.
    """
    from autograder.outputs.send import senders

    senders.LTI.check_library()
    from autograder.outputs.send.address import checked_address
    from autograder.outputs.send.ags import GradeServices, Registration
    from autograder.outputs.send.lti_ags import LtiAgs, Wishes

    given = _required(
        {"--client-id": client_id, "--token-url": token_url, "--private-key": private_key, "--users": users}
    )
    if (lineitem is None) == (lineitems is None) or (lineitems is None) != (label is None):
        raise UsageError("lti-ags needs either --lineitem, or --lineitems and --label. Give one of the two.")
    registration = Registration(
        client=given["--client-id"],
        token_url=checked_address("--token-url", given["--token-url"]),
        key=_secret_file("--private-key", given["--private-key"]),
        key_id=key_id or "",
        audience=audience or "",
    )
    patience = _patience(timeout)
    batch = _batch(reports, comments, as_of)
    wishes = Wishes(
        users=Path(given["--users"]),
        lineitem=checked_address("--lineitem", lineitem) if lineitem is not None else "",
        lineitems=checked_address("--lineitems", lineitems) if lineitems is not None else "",
        label=label or "",
        comments=comments,
        overwrite=overwrite,
        as_of=as_of,
        points=_points(batch),
    )
    sender = LtiAgs(GradeServices(registration, patience), wishes, patience)
    name = f"lti-{hashlib.sha256(wishes.place.encode()).hexdigest()[:12]}.journal"
    return _run(sender, batch, _journal(journal, reports, name), send=send)


SENDERS: dict[str, click.Command] = {"canvas-api": canvas_api, "lti-ags": lti_ags}


def _run(sender: Sender, batch: Batch, journal: Path, *, send: bool) -> int:
    """Show the plan; carry it out if that was asked for."""
    from autograder.outputs.send.journal import open_journal, read_journal

    if not send:
        plan = sender.plan(batch, read_journal(journal, sender.place))
        _show(plan)
        if plan.obstacle:
            tell("warning", [f"nothing can be sent: {plan.obstacle}"])
        click.echo("Nothing was sent. The same command with --send does it.")
        return _code(plan)
    arrived: list[str] = []
    with open_journal(journal, sender.place) as opened:
        plan = sender.plan(batch, opened)
        if plan.obstacle:
            raise UsageError(f"nothing was sent: {plan.obstacle}.")
        _show(plan)
        try:
            refused, said = sender.send(plan, opened, arrived.append)
        except (AutograderError, KeyboardInterrupt):
            tell("note", [f"{len(arrived)} of {len(plan.parcels)} sent; {journal} knows which"])
            raise
    tell("note", said)
    _name("refused", [(each.id, each.why) for each in refused])
    click.echo(f"{len(plan.parcels) - len(refused)} of {len(plan.parcels)} sent.")
    return EXIT_SOME_LEFT_OUT if refused else _code(plan)


def _show(plan: Plan) -> None:
    from autograder.outputs.send.plan import counted

    click.echo(visible(plan.title))
    for each in plan.changes:
        name = f"{each.name} ({each.user})" if each.name else each.user
        who = visible(f"{each.id}, {name}", longest=LONGEST_NAME)
        click.echo(f"  {who}: {visible(str(each))}")
    click.echo(counted(plan.changes))
    tell("note", plan.notes)
    _name("left out", [(each.id, each.why) for each in plan.left_out])


def _name(kind: str, people: list[tuple[str, str]]) -> None:
    for who, why in people:
        click.echo(f"{kind}: {visible(who, longest=LONGEST_NAME)}: {visible(why)}", err=True)


def _code(plan: Plan) -> int:
    from autograder.outputs.send.plan import Step

    held = any(each.step is Step.HELD for each in plan.changes)
    return EXIT_SOME_LEFT_OUT if held or plan.left_out or plan.obstacle else 0


def _batch(reports: tuple[str, ...], comments: str, as_of: str) -> Batch:
    from autograder.outputs.send.comment import LEVELS

    one_of("--comments", comments, LEVELS)
    return read_batch([path_of("REPORTS", path) for path in reports], as_of)


def _points(batch: Batch) -> Decimal | None:
    assignment = at_hand(batch.assignment)
    return None if assignment is None else assignment.points


def _journal(given: str | None, reports: tuple[str, ...], name: str) -> Path:
    if given is not None:
        return path_of("--journal", given)
    first = Path(reports[0])
    folder = Path() if reports[0] == "-" else first if first.is_dir() else first.parent
    return folder / name


def _required(options: dict[str, str | None]) -> dict[str, str]:
    for option, value in options.items():
        if not value:
            raise UsageError(f"{option} is missing. Give it a value; --help says what it is.")
    return {option: value for option, value in options.items() if value}


def _number(option: str, text: str) -> int:
    try:
        return whole_number(1, _LARGEST_ID)(text)
    except click.BadParameter as error:
        raise UsageError(f"{option}: {error.message}") from error


def _patience(timeout: str) -> Patience:
    from autograder.outputs.send.patience import Patience

    usual = Patience()
    if not re.fullmatch(r"\d{1,4}(\.\d{1,3})?", timeout, re.ASCII) or not 0 < float(timeout) <= _LONGEST_WAIT:
        raise UsageError(f"--timeout {timeout}: this is no number of seconds up to {_LONGEST_WAIT}.")
    return replace(usual, timeout=float(timeout), connect=min(usual.connect, float(timeout)))


def _canvas_address(url: str | None) -> str:
    address = url or os.environ.get("CANVAS_API_URL", "")
    if not address.strip():
        raise UsageError("where is Canvas? Give --url, or set CANVAS_API_URL, as in canvas.example.edu.")
    # What people copy is the address of a page.
    return re.sub(r"/(api/v1|courses)(/.*)?$", "", address.strip()).rstrip("/")


def _token(file: str | None) -> str:
    from autograder.outputs.send.address import secret_of

    if file is not None:
        return secret_of(_secret_file("--token-file", file), f"--token-file {file}")
    text = os.environ.get("CANVAS_API_TOKEN", "")
    if not text.strip():
        raise UsageError(
            "there is no access token. Make one in Canvas (Account, Settings, New Access Token), and put it into "
            "CANVAS_API_TOKEN or into a file for --token-file. It never belongs on a command line, which others see."
        )
    return secret_of(text, "CANVAS_API_TOKEN")


def _secret_file(option: str, text: str) -> str:
    path = path_of(option, text)
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise UsageError(f"{option} {path}: it cannot be read ({reason}).") from error
