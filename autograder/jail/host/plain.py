"""No walls: a process with the lockdown's limits only. For development, and for students' own machines.

Code that runs here can read what its user can read. Whoever grades with it is told so in every report.
"""

from __future__ import annotations

from .bwrap import python_command
from .interpreter import Interpreter
from .runtime import runtime_folder

ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONHASHSEED": "0",
    "PATH": "/nonexistent",
}


def command(interpreter: Interpreter, control: int) -> list[str]:
    """Return the command line that starts the zygote without a jail around it."""
    return python_command(interpreter, control, str(runtime_folder(interpreter)))
