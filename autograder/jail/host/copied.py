"""A copy of the interpreter that every user can read: alone, or as a root folder with its shared libraries.

It is made once for each interpreter, in the folder for temporary files, with hard links where the file system has
them, and used again as long as only root can have touched it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import subprocess
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from autograder.errors import JailUnavailable

from .cache import cached_folder
from .interpreter import Interpreter
from .runtime import copy_runtime, runtime_digest

_LEFT_OUT = shutil.ignore_patterns(
    "site-packages", "dist-packages", "test", "tests", "idlelib", "ensurepip", "tkinter", "turtledemo",
    "lib2to3", "config-*", "*.a", "pkgconfig", "*.opt-1.pyc", "*.opt-2.pyc",
)  # fmt: skip
_LAYOUT = 1
"""To be raised whenever what is copied changes."""

_LIBRARY = re.compile(r"(?:=>\s*)?(/\S+)\s+\(0x[0-9a-f]+\)")


def is_reachable(path: Path) -> bool:
    """Tell whether every user can get to a file and read it."""
    try:
        folders = all(each.stat().st_mode & stat.S_IXOTH for each in path.parents)
        return folders and bool(path.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False


@lru_cache(maxsize=8)
def copied_python(interpreter: Interpreter) -> Interpreter:
    """Return a copy of an interpreter that lies where only its owner gets to; raises `JailUnavailable`."""
    folder = cached_folder("python", _digest(interpreter), lambda made: _copy_prefix(interpreter, made))
    return replace(
        interpreter,
        executable=folder / interpreter.executable.relative_to(interpreter.prefix),
        prefix=folder,
    )


@lru_cache(maxsize=8)
def copied_root(interpreter: Interpreter) -> Path:
    """Return a root folder that holds the interpreter, what it is linked with, and the runtime in ``/jail``."""

    def fill(made: Path) -> None:
        _copy_prefix(interpreter, made / interpreter.prefix.relative_to("/"))
        for library in _shared_libraries(interpreter):
            _copy_file(str(library), str(made / library.relative_to("/")))
        copy_runtime(interpreter, made / "jail")

    return cached_folder("root", _digest(interpreter, runtime_digest(interpreter)), fill)


def _digest(interpreter: Interpreter, *more: str) -> str:
    status = interpreter.executable.stat()
    newest = max(each.stat().st_mtime_ns for each in interpreter.library.iterdir())
    seen = (_LAYOUT, interpreter, status.st_mtime_ns, status.st_size, newest, *more)
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:24]


def _copy_prefix(interpreter: Interpreter, target: Path) -> None:
    executable, library = interpreter.executable, interpreter.library
    for folder in (interpreter.prefix, executable, library):
        if not folder.is_relative_to(interpreter.prefix):
            raise JailUnavailable(
                f"{folder} does not lie in {interpreter.prefix}, so this Python cannot be copied."
            )
    here = target / library.relative_to(interpreter.prefix)
    shutil.copytree(
        library,
        here,
        ignore=_LEFT_OUT,
        copy_function=_copy_file,
        symlinks=False,
        ignore_dangling_symlinks=True,
    )
    for shared in (interpreter.prefix / "lib").glob("libpython*"):
        _copy_file(str(shared), str(target / "lib" / shared.name))
    _copy_file(str(executable), str(target / executable.relative_to(interpreter.prefix)))


def _copy_file(source: str, target: str) -> str:
    """Link where that gives the same file, readable by all; copy otherwise."""
    real = os.path.realpath(source)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    status = os.stat(real)
    if status.st_uid == 0 and status.st_mode & 0o044 == 0o044 and not status.st_mode & 0o022:
        try:
            os.link(real, target)
            return target
        except FileExistsError:
            return target
        except OSError:
            pass  # another file system, or one without links
    shutil.copyfile(real, target)
    os.chmod(target, 0o755 if status.st_mode & 0o111 else 0o644)
    return target


def _shared_libraries(interpreter: Interpreter) -> list[Path]:
    """Return what the executable and its extension modules are linked with, at the paths where they are looked for."""
    modules = sorted((interpreter.library / "lib-dynload").glob("*.so"))
    environment = {**os.environ, "LD_LIBRARY_PATH": str(interpreter.prefix / "lib")}
    found: set[Path] = set()
    for binary in (interpreter.executable, *modules):
        try:
            done = subprocess.run(
                ["ldd", str(binary)], capture_output=True, text=True, env=environment, timeout=30
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise JailUnavailable(f"ldd, which finds shared libraries, cannot be run: {error}") from None
        found.update(Path(path) for path in _LIBRARY.findall(done.stdout))
    return sorted(path for path in found if not path.is_relative_to(interpreter.prefix))
