"""The packages of the extra "notebook", imported where they are first needed: they take seconds."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

from autograder.errors import UsageError


def import_extra(name: str) -> Any:
    """Import a module of nbgrader or its kin; raise `UsageError` that says what to install if it is not there."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # theirs, about their own dependencies
            return importlib.import_module(name)
    except ImportError as error:
        raise UsageError(
            f"{name.split('.')[0]} is not installed, or not as a whole ({error}). Install the extra "
            '"notebook": pip install "async-autograder[notebook]".'
        ) from error
