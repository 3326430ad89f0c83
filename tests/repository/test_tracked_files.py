"""What lies in git: nothing made, nothing that names where packages come from, no module too long to read."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 500

# Joined here, so that this file does not name them either.
REGISTRY_HOSTS = [
    ".".join(parts).encode()
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("anaconda", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("crates", "io"),
    )
]


def files_in_git() -> list[Path]:
    """Return the files that git has, and those that the next ``git add`` would take."""
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "-co", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / os.fsdecode(name) for name in listed.split(b"\0") if name]
    return sorted({path for path in paths if path.is_file() and not path.is_symlink()})


def test_no_file_names_a_package_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {host.decode()}"
        for path in files_in_git()
        for host in REGISTRY_HOSTS
        if host in path.read_bytes().lower()
    ]

    assert not found, "packages come from where pip of the machine is told to look: " + ", ".join(found)


def test_nothing_that_tools_make_is_in_git() -> None:
    made = {".venv", "build", "dist", "__pycache__", "uv.lock", ".coverage", ".hypothesis"}

    found = [path for path in files_in_git() if made & set(path.relative_to(ROOT).parts)]

    assert not found


@pytest.mark.parametrize("name", [".ci/run", "tools/setup"])
def test_scripts_can_be_run(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK), f"chmod +x {name}"
    assert (ROOT / name).read_bytes().startswith(b"#!/usr/bin/env bash\n")


def test_no_module_is_too_long_to_read() -> None:
    lengths = {
        str(path.relative_to(ROOT)): path.read_bytes().count(b"\n")
        for path in files_in_git()
        if path.suffix == ".py"
    }

    found = {name: lines for name, lines in lengths.items() if lines > MOST_LINES}
    assert not found, f"split what has more than {MOST_LINES} lines"


def test_every_package_says_what_it_is_for() -> None:
    packages = [
        path for path in files_in_git() if path.is_relative_to(ROOT / "autograder") and path.suffix == ".py"
    ]

    folders = {path.parent for path in packages}
    silent = [folder for folder in folders if not (folder / "__init__.py").is_file()]
    assert not silent, "a folder without __init__.py has no place to say what comes in and what goes out"
