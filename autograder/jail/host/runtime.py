"""The files of the in-jail runtime, apart from everything else of this package and compiled for the jail's interpreter.

Without its bytecode a jail would compile its own runtime at each start, which takes as long as importing asyncio.
"""

from __future__ import annotations

import hashlib
import subprocess
from functools import lru_cache
from pathlib import Path

from autograder.errors import JailUnavailable

from .cache import cached_folder
from .interpreter import Interpreter

_PACKAGE = Path(__file__).resolve().parents[2]

RUNTIME_FILES = (
    "__init__.py",
    "jail/__init__.py",
    "jail/protocol.py",
    "jail/values.py",
    "jail/limits.py",
    "jail/guest",
)
"""All of this package that the jail gets to see."""


@lru_cache(maxsize=8)
def runtime_folder(interpreter: Interpreter) -> Path:
    """Return a folder that holds nothing but the runtime, as the package ``autograder``; raises `JailUnavailable`."""
    digest = runtime_digest(interpreter)
    return cached_folder("runtime", digest, lambda made: copy_runtime(interpreter, made))


def runtime_digest(interpreter: Interpreter) -> str:
    """Return what names this version of the runtime, compiled for an interpreter."""
    return hashlib.sha256(repr((_sources(), interpreter)).encode()).hexdigest()[:24]


def copy_runtime(interpreter: Interpreter, target: Path) -> None:
    """Write the runtime into a folder and compile it."""
    for name, content in _sources().items():
        file = target / "autograder" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    command = [str(interpreter.executable), "-I", "-S", "-m", "compileall", "-q"]
    command += ["--invalidation-mode", "unchecked-hash", str(target)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()[:300]
        raise JailUnavailable(f"{interpreter.executable} cannot compile the runtime of the jail: {said}")


def _sources() -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name in RUNTIME_FILES:
        path = _PACKAGE / name
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            found[str(file.relative_to(_PACKAGE))] = file.read_bytes()
    return found
