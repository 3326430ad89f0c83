"""The entry point: parse the command line, run the command, turn every error into a message and an exit code."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import click

from autograder import __version__
from autograder.cli.build import build
from autograder.cli.check import check
from autograder.cli.doctor import doctor
from autograder.cli.export import export
from autograder.cli.grade import grade
from autograder.cli.gradescope import gradescope
from autograder.cli.nbgrader import nbgrader
from autograder.cli.new import new
from autograder.cli.release import release
from autograder.cli.validate import validate
from autograder.errors import AutograderError

EXIT_USAGE = 2
EXIT_OURS = 3
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="autograder")
def cli() -> None:
    """Grade exercises on async Python: hidden tests outside a jail, student code inside, one virtual clock."""


cli.add_command(build)
cli.add_command(check)
cli.add_command(doctor)
cli.add_command(export)
cli.add_command(grade)
cli.add_command(gradescope)
cli.add_command(nbgrader)
cli.add_command(new)
cli.add_command(release)
cli.add_command(validate)


def main() -> None:
    """Run the command line of this process and exit."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(run(sys.argv[1:]))


def _terminate(number: int, frame: object) -> NoReturn:
    """End in an orderly way: grading processes are ended, the progress bar is taken away."""
    sys.exit(128 + number)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    _prepare_streams()
    try:
        code = _invoke(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output has left (| head)
        _drop_output()
        return EXIT_BROKEN_PIPE
    except OSError:
        _drop_output()
        return code or EXIT_OURS
    return code


def _prepare_streams() -> None:
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the caller (>&-)
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - open until the process ends
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a name must not end a run on an ASCII terminal


def _drop_output() -> None:
    """Let what is still buffered go nowhere, so that it does not complain on the way out."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(null, stream.fileno())
    os.close(null)


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
        return _fail(error.format_message(), EXIT_USAGE, f"Try `{where} --help`.")
    except AutograderError as error:
        return _fail(str(error), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return _fail("interrupted", EXIT_INTERRUPTED)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the last guard: our own mistake is told as ours, never as a student's
        return _fail(
            f"autograder itself has failed, through no fault of any submission: {type(error).__name__}: {error}",
            EXIT_OURS,
            "Set AUTOGRADER_DEBUG=1 to see where, and please report it.",
        )


def _fail(message: str, code: int, advice: str = "") -> int:
    from autograder.cli.screen import show_error, show_traceback

    if os.environ.get("AUTOGRADER_DEBUG", "0") not in ("", "0"):
        show_traceback(traceback.format_exc())
    show_error(message, advice)
    return code
