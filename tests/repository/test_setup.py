"""`tools/setup` on machines that lack something: it says what, and what to do."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder with the script in it, so that our own .venv is left alone."""
    (tmp_path / "clone" / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "setup", tmp_path / "clone" / "tools" / "setup")
    return tmp_path / "clone"


@pytest.fixture
def few_commands(tmp_path: Path) -> Path:
    """Return a PATH on which there is neither apt-get nor any Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "dirname", "env", "id"):
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    return folder


def run_setup(clone: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [clone / "tools" / "setup", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_missing_system_package_is_named_and_setup_goes_on(clone: Path, few_commands: Path) -> None:
    done = run_setup(clone, "command", "bwrap", "bubblewrap", PATH=str(few_commands))

    assert done.returncode == 0
    assert "apt-get install bubblewrap" in done.stderr


def test_a_command_that_is_there_is_not_mentioned(clone: Path, few_commands: Path) -> None:
    done = run_setup(clone, "command", "id", "coreutils", PATH=str(few_commands))

    assert (done.returncode, done.stderr) == (0, "")


def test_no_python_at_all(clone: Path, few_commands: Path) -> None:
    done = run_setup(clone, "venv", PATH=str(few_commands))

    assert done.returncode == 1
    assert "no Python 3.11 or newer found" in done.stderr
    assert "make setup PYTHON=" in done.stderr


def test_a_python_that_is_too_old(clone: Path, few_commands: Path) -> None:
    old = few_commands / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    done = run_setup(clone, "venv", PATH=str(few_commands), PYTHON=str(old))

    assert done.returncode == 1
    assert f"PYTHON={old} is not Python 3.11 or newer" in done.stderr
    assert not (clone / ".venv").exists()
