"""The command line: ``autograder grade`` and friends.

In: arguments. Out: text on a terminal or in a pipe, reports through `autograder.outputs`, an exit code. `start` is the
entry point, `main` the only place that catches errors; each command has a module of its own; `screen` shows things to
people, and is the only module that knows rich.

``--help`` must be there at once, so everything heavy is imported inside the command that needs it.
"""

import sys

_EXIT_INTERRUPTED = 130


def start() -> None:
    """Run the command line of this process and exit: what the script ``autograder`` calls."""
    # Most of the time until a command begins goes into imports; Ctrl-C is to end them as it ends the command.
    try:
        from autograder.cli.main import main

        main()
    except KeyboardInterrupt:
        print("Error: interrupted", file=sys.stderr)
        sys.exit(_EXIT_INTERRUPTED)
