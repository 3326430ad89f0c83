"""What comes out of the templates is written as everything else here."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from autograder.scaffolding import parse_name, plan_exercise, write
from autograder.scaffolding.shares import read_points

ROOT = Path(__file__).resolve().parents[2]
TITLES = ["Retry", 'Ü "x" \\ """ \\N <b> | ${title} $id {y}', 'ends in "quotes"', "really?", "back\\"]


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    """A course with several exercises under the settings of this repository."""
    root = tmp_path_factory.mktemp("templates")
    shutil.copy(ROOT / "pyproject.toml", root)
    (root / "autograder" / "testing").mkdir(
        parents=True
    )  # so that it is known to be no library from elsewhere
    (root / "autograder" / "testing" / "__init__.py").touch()
    for number, title in enumerate(TITLES, 1):
        write(plan_exercise(root, parse_name(f"lecture30/ex30_{number}_abc"), read_points("12.34"), title))
    return root


def test_what_is_written_is_clean_and_formatted(written):
    # Named one by one: these settings leave out whole folders.
    files = [*written.glob("solutions/*/*.py"), *written.glob("tests/**/*.py")]
    files.append(written / "assignments/lecture30/test_public.py")
    for command in (["check"], ["format", "--diff"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", *files],
            cwd=written,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_python_file_compiles_also_with_odd_titles(written):
    files = [*written.rglob("*_abc.py")]

    assert len(files) == 4 * len(TITLES)
    for path in [*files, *written.rglob("blocking_sleep.py")]:
        compile(path.read_bytes(), str(path), "exec", dont_inherit=True)


def test_titles_arrive_as_they_were_given(written):
    text = (written / "assignments/lecture30/assignment.toml").read_text("utf-8")

    assert [each["title"] for each in tomllib.loads(text)["exercise"]] == TITLES
    head = (written / "solutions/lecture30/ex30_2_abc.py").read_text("utf-8")
    assert compile(head, "head", "exec").co_consts[0] == f"Exercise 30.2: {TITLES[1]}."


def test_no_placeholder_is_left(written):
    first = [path for path in written.rglob("*30_1*") if path.is_file()]

    assert len(first) == 4
    for path in [*first, written / "assignments/lecture30/README.md"]:
        assert "$" not in path.read_text("utf-8")
