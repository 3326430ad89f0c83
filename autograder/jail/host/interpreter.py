"""Which Python runs inside the jail."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from autograder.errors import UsageError

OLDEST = (3, 11)

_ASK = (
    "import json, os, sys;"
    "print(json.dumps([os.path.realpath(getattr(sys, '_base_executable', '') or sys.executable),"
    " sys.base_prefix, sys.base_exec_prefix, list(sys.version_info[:3])]))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A Python installation, seen through any virtual environment to its real place."""

    executable: Path
    prefix: Path
    version: tuple[int, int, int]

    @property
    def library(self) -> Path:
        """The folder of its standard library."""
        return self.prefix / "lib" / f"python{self.version[0]}.{self.version[1]}"


@lru_cache(maxsize=8)
def find_interpreter(path: Path | None = None) -> Interpreter:
    """Ask an interpreter where it lives; None means the one that runs now.

    Raises `UsageError` when it is no Python, or older than 3.11.
    """
    command = Path(sys.executable) if path is None else path
    try:
        done = subprocess.run(
            [str(command), "-I", "-c", _ASK], capture_output=True, text=True, timeout=30, check=True
        )
        executable, prefix, _, version = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise UsageError(
            f"{command}: this is not a Python interpreter that can be started ({type(error).__name__}). "
            "Give --python the path of one, such as /usr/bin/python3.11."
        ) from None
    if tuple(version[:2]) < OLDEST:
        raise UsageError(
            f"{command}: Python {'.'.join(map(str, version))} is too old for the jail. "
            "Give --python the path of Python 3.11 or newer."
        )
    return Interpreter(executable=Path(executable), prefix=Path(prefix), version=tuple(version))
