"""What the doctor says of the machine and of what is installed."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from autograder.doctor import Fact
from autograder.doctor.interpreters import interpreter_facts
from autograder.doctor.machine import machine_facts, namespaces
from autograder.doctor.packages import package_facts
from autograder.jail.host import find_interpreter


def packages() -> dict[str, Fact]:
    return {fact.name: fact for fact in package_facts()}


def install(folder: Path, name: str, version: str, **files: str) -> None:
    """Put the metadata of a distribution into a folder, as an installer would."""
    place = folder / f"{name}-{version}.dist-info"
    place.mkdir()
    (place / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    for file, text in files.items():
        (place / file.replace("__", ".")).write_text(text)


def test_what_is_installed_is_told_with_its_version() -> None:
    found = packages()

    assert all(found[name].value for name in ("pytest", "pytest-asyncio", "pytest-timeout", "freezegun"))
    assert found["clash"].value is None
    assert found["clash"].advice == ""


@pytest.mark.parametrize(
    "files",
    [
        {"entry_points__txt": "[console_scripts]\nautograder = autograder.__main__:cli\n"},
        {"RECORD": "autograder/__init__.py,,\n"},
        {"top_level__txt": "autograder\n"},
    ],
    ids=["command", "package", "old package"],
)
def test_another_package_of_the_same_name_is_found(
    files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "autograder", "3.7.4", **files)
    monkeypatch.syspath_prepend(str(tmp_path))

    clash = packages()["clash"]

    assert clash.value == "autograder"
    assert "pip uninstall autograder" in clash.advice


def test_a_package_that_is_too_old_is_told_with_what_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "pytest", "8.4.2")
    monkeypatch.syspath_prepend(str(tmp_path))

    found = packages()["pytest"]

    assert found.text == "8.4.2, but >=9 is needed"
    assert "pip install 'pytest>=9'" in found.advice


@pytest.mark.parametrize(
    ("script", "advice"),
    [
        ("#!/bin/sh\necho something else\n", True),
        ("#!/usr/bin/python3\nfrom autograder.cli import start\nstart()\n", False),
        ("#!/usr/bin/python3\nfrom autograder.cli.main import main\nmain()\n", False),
    ],
    ids=["another program", "this kit elsewhere", "an earlier version of it"],
)
def test_another_command_first_on_the_path_is_told(
    script: str, advice: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "autograder"
    program.write_text(script)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    found = packages()["command"]

    assert found.value == str(program)
    assert bool(found.advice) is advice


def test_facts_are_told_also_where_nothing_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:{tmp_path}/nowhere:{__file__}")
    facts = {fact.name: fact for fact in (*machine_facts(), *interpreter_facts(find_interpreter()))}

    assert facts["bubblewrap"].value is None
    assert facts["other_pythons"].text == "none on the PATH"
    assert facts["user"].value == os.geteuid()
    assert all(fact.text for fact in facts.values())


def test_a_switch_that_forbids_namespaces_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    switch = tmp_path / "max_user_namespaces"
    switch.write_text("0\n")
    refusing = tmp_path / "python"
    refusing.write_text("#!/bin/sh\necho 28\n")
    refusing.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(refusing))
    monkeypatch.setattr("autograder.doctor.machine._SWITCHES", {str(switch): ("0", "the switch is 0")})

    assert namespaces() == Fact(name="namespaces", value=False, text="refused (ENOSPC): the switch is 0")


@pytest.mark.skipif(os.getuid() != 0, reason="only root's jails have another user")
def test_an_interpreter_that_only_its_owner_reaches_is_said_to_be_copied(tmp_path: Path) -> None:
    used = find_interpreter()
    reachable = all(each.stat().st_mode & stat.S_IXOTH for each in used.executable.parents)
    python, _ = interpreter_facts(used)

    assert ("run a copy of it" in python.text) is not reachable
