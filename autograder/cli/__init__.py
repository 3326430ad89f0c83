"""The command line: ``autograder grade`` and friends.

In: arguments. Out: text on a terminal or in a pipe, reports through `autograder.outputs`, an exit code. `main` is the
entry point and the only place that catches errors; each command has a module of its own; `screen` shows things to
people, and is the only module that knows rich.

``--help`` must be there at once, so everything heavy is imported inside the command that needs it.
"""
