"""The entry point: parse the command line, run the command, turn every error into a message and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

import click

from autograder import __version__
from autograder.cli.grade import grade
from autograder.errors import AutograderError

EXIT_USAGE = 2
EXIT_OURS = 3
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="autograder")
def cli() -> None:
    """Grade exercises on async Python: hidden tests outside a jail, student code inside, one virtual clock."""


cli.add_command(grade)


def main() -> None:
    """Run the command line of this process and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a name must not end a run on an ASCII terminal
    try:
        code = _invoke(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output has left (| head). What is still buffered must not complain on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    return code


def _invoke(arguments: Sequence[str]) -> int:
    try:
        with cli.make_context("autograder", list(arguments)) as context:
            code = cli.invoke(context)
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return EXIT_USAGE
    except click.exceptions.Exit as done:
        return int(done.exit_code)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx is not None else "autograder"
        return _fail(f"{error.format_message()}\nTry `{where} --help`.", EXIT_USAGE)
    except AutograderError as error:
        return _fail(str(error), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return _fail("interrupted", EXIT_INTERRUPTED)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the last guard: our own mistake is told as ours, never as a student's
        return _fail(
            f"autograder itself has failed, through no fault of any submission: {type(error).__name__}: {error}\n"
            "Set AUTOGRADER_DEBUG=1 to see where, and please report it.",
            EXIT_OURS,
        )


def _fail(message: str, code: int) -> int:
    from autograder.cli.screen import show_error

    if os.environ.get("AUTOGRADER_DEBUG", "0") not in ("", "0"):
        traceback.print_exc()
    show_error(message)
    return code
