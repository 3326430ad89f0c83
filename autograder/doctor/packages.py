"""What is installed beside the kit: the packages that it needs, and another one that is called as it is."""

from __future__ import annotations

import os
import re
import shutil
import sys
from importlib import metadata
from pathlib import Path

import autograder

from .diagnosis import Fact

OUR_NAME = "async-autograder"
COMMAND = "autograder"

_PACKAGES = ("pytest", "pytest-asyncio", "pytest-timeout", "freezegun", "nbgrader")
_OPTIONAL = {"nbgrader": "only for courses that live in nbgrader"}


def package_facts() -> tuple[Fact, ...]:
    """Return the versions of what matters most, and what else is called ``autograder`` here."""
    return (_ours(), *map(_package, _PACKAGES), _clash(), _command())


def _ours() -> Fact:
    place = Path(autograder.__file__).parent
    return Fact(name=OUR_NAME, value=autograder.__version__, text=f"{autograder.__version__} in {place}")


def _package(name: str) -> Fact:
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        if name in _OPTIONAL:
            return Fact(name=name, value=None, text=f"not installed ({_OPTIONAL[name]})")
        advice = (
            f"Install {name} into the Python that runs autograder: {sys.executable} -m pip install {name}"
        )
        return Fact(name=name, value=None, text="not installed", advice=advice)
    wanted = _wanted(name)
    if wanted and not _fits(version, wanted):
        advice = f"Upgrade {name}: {sys.executable} -m pip install '{name}{wanted}'"
        return Fact(name=name, value=version, text=f"{version}, but {wanted} is needed", advice=advice)
    return Fact(name=name, value=version, text=version)


def _wanted(name: str) -> str:
    """Return the versions that our own metadata asks for, as in ``>=9``; empty if it says nothing."""
    try:
        lines = metadata.requires(OUR_NAME) or []
    except metadata.PackageNotFoundError:
        return ""  # run from a source folder
    for line in lines:
        found = re.match(rf"{re.escape(name)}\s*(?:\[[^\]]*\])?\s*([^;\s]*)", line)
        if found and re.match(rf"{re.escape(name)}(?![\w.-])", line):
            return found[1]
    return ""


def _fits(version: str, wanted: str) -> bool:
    try:
        from packaging.specifiers import SpecifierSet

        return SpecifierSet(wanted).contains(version, prereleases=True)
    except (ImportError, ValueError):
        return True  # nothing that can be told


def _clash() -> Fact:
    """Look for another distribution that provides the command or the package ``autograder``."""
    others = sorted({each for each in map(_name_if_clashing, metadata.distributions()) if each})
    if not others:
        return Fact(name="clash", value=None, text=f"no other package provides {COMMAND}")
    listed = ", ".join(others)
    return Fact(
        name="clash",
        value=listed,
        text=f"{listed} provides {COMMAND} as well: each overwrites the other's files",
        advice=f"Uninstall {listed} from this Python ({sys.executable} -m pip uninstall {' '.join(others)}) and "
        f"install {OUR_NAME} again, or give it a virtual environment of its own.",
    )


def _name_if_clashing(distribution: metadata.Distribution) -> str:
    name = str(distribution.metadata["Name"] or "")
    if re.sub(r"[-_.]+", "-", name).lower() == OUR_NAME:
        return ""
    commands = distribution.read_text("entry_points.txt") or ""
    files = distribution.read_text("RECORD") or distribution.read_text("installed-files.txt") or ""
    folders = (distribution.read_text("top_level.txt") or "").split()
    has_command = re.search(rf"^{COMMAND}\s*=", commands, re.M)
    has_package = COMMAND in folders or re.search(rf"^(?:\.\./)*{COMMAND}/__init__\.py,", files, re.M)
    return name if has_command or has_package else ""


def _command() -> Fact:
    first = shutil.which(COMMAND)
    ours = Path(sys.executable).with_name(COMMAND)
    if first is None:
        where = str(ours) if ours.exists() else f"{sys.executable} -m {COMMAND}"
        return Fact(name="command", value=None, text=f"{COMMAND} is not on the PATH; call it as {where}")
    if os.path.realpath(first) == os.path.realpath(ours) or _is_this_kit(Path(first)):
        return Fact(name="command", value=first, text=f"{COMMAND} is {first}")
    call = str(ours) if ours.exists() else f"{sys.executable} -m {COMMAND}"
    return Fact(
        name="command",
        value=first,
        text=f"{COMMAND} on the PATH is another program: {first}",
        advice=f"Call this one as {call}, or put its folder first on the PATH.",
    )


def _is_this_kit(script: Path) -> bool:
    try:
        return b"autograder.cli" in script.read_bytes()[:4096]
    except OSError:
        return False
