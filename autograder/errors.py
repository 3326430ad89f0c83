"""The errors that we raise on purpose, each with the exit code that it gives the command line.

A message says what happened, where, and what to do next. What a *student* did wrong is never an error here: it
is an `autograder.model.Outcome`.
"""

from __future__ import annotations


class AutograderError(Exception):
    """Base of every error that the command line shows without a traceback."""

    exit_code = 3


class UsageError(AutograderError):
    """The command was asked for something that does not exist or makes no sense."""

    exit_code = 2


class ConfigurationError(UsageError):
    """An assignment, a suite or a setting is wrong; the message names file, key and allowed values."""


class IntakeError(UsageError):
    """A path cannot be read as a submission."""


class JailUnavailable(AutograderError):
    """The jail that was asked for cannot be started on this machine."""

    exit_code = 2


class ReleaseRefused(AutograderError):
    """A bundle must not go to the students as it is; the message names what fails or leaks."""

    exit_code = 1


class GraderError(AutograderError):
    """Our own failure. The submission is reported as not graded, never as zero points."""

    exit_code = 3
