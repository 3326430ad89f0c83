"""The files of the in-jail runtime, apart from everything else of this package and compiled for the jail's interpreter.

Without its bytecode a jail would compile its own runtime at each start, which takes as long as importing asyncio.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from autograder.errors import JailUnavailable

from .interpreter import Interpreter

_PACKAGE = Path(__file__).resolve().parents[2]

RUNTIME_FILES = ("__init__.py", "jail/__init__.py", "jail/protocol.py", "jail/limits.py", "jail/guest")
"""All of this package that the jail gets to see."""


@lru_cache(maxsize=8)
def runtime_folder(interpreter: Interpreter) -> Path:
    """Return a folder that holds nothing but the runtime, as the package ``autograder``.

    It is made once for each version of the runtime and each interpreter, in the folder for temporary files, and used
    again as long as it lies there and nobody else could have written to it. Raises `JailUnavailable`.
    """
    sources = _sources()
    digest = hashlib.sha256(repr((sources, interpreter)).encode()).hexdigest()[:24]
    shared = Path(tempfile.gettempdir()) / f"autograder-runtime-{os.getuid()}-{digest}"
    if _is_ours(shared):
        return shared
    made = Path(tempfile.mkdtemp(prefix="autograder-runtime-"))
    for name, content in sources.items():
        target = made / "autograder" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    command = [str(interpreter.executable), "-I", "-S", "-m", "compileall", "-q"]
    command += ["--invalidation-mode", "unchecked-hash", str(made)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(made, ignore_errors=True)
        said = (done.stdout + done.stderr).strip()[:300]
        raise JailUnavailable(f"{interpreter.executable} cannot compile the runtime of the jail: {said}")
    try:
        made.rename(shared)  # fails when another process was quicker, or another user has put something there
    except OSError:
        if _is_ours(shared):
            shutil.rmtree(made, ignore_errors=True)
        else:
            atexit.register(shutil.rmtree, made, ignore_errors=True)
            return made
    return shared


def _sources() -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name in RUNTIME_FILES:
        path = _PACKAGE / name
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            found[str(file.relative_to(_PACKAGE))] = file.read_bytes()
    return found


def _is_ours(folder: Path) -> bool:
    """Tell whether the folder is there and only this user can have put anything into it."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o022
