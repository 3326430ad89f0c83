"""The kit in a place where an ordinary user can read it, for runs that must not be root's.

A clone or an interpreter under /root (pyenv, uv) is closed to everybody else. So the packages that the kit needs are
copied, pure Python all of them, and run by an interpreter that the user can read: the one that runs the tests, or
the system's.
"""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from packaging.requirements import Requirement

from harness.samples import ROOT

ORDINARY_USER = 54_321
"""Not a user of any machine, and none that the kit takes for its jails."""

_PROBE = "import asyncio, ctypes, json, select, socket, sys; sys.exit(sys.version_info < (3, 11))"


@lru_cache(maxsize=1)
def python_for(user: int) -> Path | None:
    """Return an interpreter that works for this user; None if there is none here."""
    here = Path(sys.executable).resolve()
    names = [f"/usr/bin/{here.name}", "/usr/bin/python3", "/usr/local/bin/python3"]
    for candidate in (here, *map(Path, names)):
        try:
            done = subprocess.run(
                [str(candidate), "-I", "-c", _PROBE], user=user, group=user, extra_groups=[], cwd="/"
            )
        except OSError:
            continue
        if done.returncode == 0:
            return candidate
    return None


def copy_kit(target: Path) -> None:
    """Copy the package, and the packages that it needs, into the folder ``target``."""
    shutil.copytree(ROOT / "autograder", target / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for name in _needed(project["dependencies"], set()):
        distribution = importlib.metadata.distribution(name)
        for file in distribution.files or ():
            if file.parts[0] == ".." or "__pycache__" in file.parts or file.name.endswith(".pth"):
                continue
            place = target / file
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(distribution.locate_file(file)), place)


def _needed(requirements: Sequence[str], known: set[str]) -> Iterator[str]:
    for text in requirements:
        requirement = Requirement(text)
        marker = requirement.marker
        if requirement.name in known or (marker is not None and not marker.evaluate({"extra": ""})):
            continue
        known.add(requirement.name)
        yield requirement.name
        yield from _needed(importlib.metadata.distribution(requirement.name).requires or (), known)
