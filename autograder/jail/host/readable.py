"""What Landlock leaves readable in a jail without namespaces: the interpreter, the system's libraries, the runtime."""

from __future__ import annotations

from pathlib import Path

from .interpreter import Interpreter

_SYSTEM = ("/usr/lib", "/lib", "/lib64", "/usr/lib64", "/usr/share/zoneinfo", "/dev/null", "/dev/urandom")


def readable_paths(interpreter: Interpreter, *more: Path) -> tuple[str, ...]:
    """Return files and folders; what is in them is readable as well, by those who may."""
    return (*_SYSTEM, str(interpreter.prefix / "lib"), *map(str, more))
