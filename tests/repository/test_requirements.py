"""The pinned requirements: complete, hashed, and silent about where packages come from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PINNED = (ROOT / "requirements" / "dev.txt").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def entries() -> list[str]:
    """Return each requirement with its hashes as one line."""
    joined = PINNED.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line and not line.startswith("#")]


def declared() -> list[str]:
    project, groups = PROJECT["project"], PROJECT["dependency-groups"]
    extras = [line for group in project["optional-dependencies"].values() for line in group]
    grouped = [line for group in groups.values() for line in group if isinstance(line, str)]
    return [*project["dependencies"], *extras, *grouped, *PROJECT["build-system"]["requires"]]


def test_every_requirement_is_pinned_and_hashed() -> None:
    pinned = re.compile(
        r"[a-z0-9][a-z0-9-]*==[0-9][0-9a-z.]*( ; [^-].*?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*"
    )

    found = [entry.split("--hash")[0] for entry in entries() if not pinned.fullmatch(entry)]

    assert not found


def test_no_address_and_no_option_stands_in_the_file() -> None:
    assert "://" not in PINNED
    assert not [entry for entry in entries() if entry.startswith("-")]


@pytest.mark.parametrize("line", sorted(set(declared())))
def test_what_the_project_declares_is_pinned(line: str) -> None:
    wanted = Requirement(line)

    pins = [Requirement(entry.split("--hash")[0].strip()) for entry in entries()]
    found = [pin for pin in pins if canonicalize_name(pin.name) == canonicalize_name(wanted.name)]
    assert found, f"run: make lock   ({line} is not in requirements/dev.txt)"
    for pin in found:
        assert wanted.specifier.contains(next(iter(pin.specifier)).version), f"run: make lock   ({line})"


def test_pytest_of_others_does_not_load_our_plugin() -> None:
    # An entry point would load it into every pytest run on the machine, and into the runs of students.
    assert "entry-points" not in PROJECT["project"]
