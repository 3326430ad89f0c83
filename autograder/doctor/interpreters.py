"""Which Pythons a jail could run: the one that would be used, and others on the PATH."""

from __future__ import annotations

import os
import re
from pathlib import Path

from autograder.errors import UsageError
from autograder.jail.host import Interpreter, find_interpreter
from autograder.jail.host.copied import is_reachable

from .diagnosis import Fact

_NAME = re.compile(r"python3(\.\d+)?")
_MOST = 8


def interpreter_facts(used: Interpreter) -> tuple[Fact, ...]:
    """Describe the interpreter of the jail, and name the others."""
    others = ", ".join(f"{each.executable} ({_version(each)})" for each in _others(used))
    return (
        Fact(name="python", value=str(used.executable), text=_describe(used)),
        Fact(name="other_pythons", value=others or None, text=others or "none on the PATH"),
    )


def _describe(used: Interpreter) -> str:
    text = f"{used.executable} ({_version(used)})"
    if hasattr(os, "geteuid") and os.geteuid() == 0 and not is_reachable(used.executable):
        text += ", where only its owner gets: jails with a user of their own run a copy of it"
    return text


def _others(used: Interpreter) -> list[Interpreter]:
    """Return those that can be given to --python, each once."""
    found: dict[Path, Interpreter] = {}
    for folder in os.get_exec_path():
        for path in _programs(Path(folder)):
            if len(found) < _MOST:
                try:
                    interpreter = find_interpreter(path)
                except UsageError:
                    continue  # too old, or broken
                found.setdefault(interpreter.executable, interpreter)
    found.pop(used.executable, None)
    return list(found.values())


def _programs(folder: Path) -> list[Path]:
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return []  # a PATH may name folders that are not there, or closed to us
    return [path for path in paths if _NAME.fullmatch(path.name) and _is_program(path)]


def _is_program(path: Path) -> bool:
    """Tell whether it is a real program: the scripts of version managers take long, and lead to programs anyway."""
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
    except OSError:
        return False


def _version(interpreter: Interpreter) -> str:
    return ".".join(map(str, interpreter.version))
