"""setup.sh takes the first Python that will do: one that is there, else apt's, else uv's, and a pre-release last."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.gradescope.layout import template

Script = Callable[..., "tuple[str, list[str], int]"]

PYTHON = """#!/bin/sh
case "$*" in
    *venv*--clear*) exit 77 ;;  # far enough
    -V) echo "Python from {name}" ;;
    *" --any-release") exit 0 ;;
    -I*) exit {usable} ;;
esac
"""
OLD_PYTHON = """#!/bin/sh
echo "python3 $*" >>"$LOG"
{pip}
"""
APT = """#!/bin/sh
echo "apt-get $*" >>"$LOG"
case "$*" in *" {has} "*) cp "$LOG.python" "$HERE/{has}" ;; update*) ;; *) exit 100 ;; esac
"""
UV = """#!/bin/sh
echo "uv $*" >>"$LOG"
case "$*" in "python find"*) echo "$HERE/of-uv" ;; esac
"""


@pytest.fixture
def setup(tmp_path: Path) -> Script:
    """Return a function that runs setup.sh among programs that only pretend, until it would make the environment."""
    here = tmp_path / "bin"
    here.mkdir()
    log = tmp_path / "log"
    log.touch()
    for name in ("bash", "sh", "mkdir", "cp", "cat", "chmod"):
        (here / name).symlink_to(str(shutil.which(name)))

    def put(name: str, text: str) -> None:
        (here / name).write_text(text)
        (here / name).chmod(0o755)

    def run(
        *, there: str = "", apt: str = "", usable: bool = True, pip: bool = False
    ) -> tuple[str, list[str], int]:
        if there:
            put(there, PYTHON.format(name=there, usable=int(not usable)))
        if apt:
            put("apt-get", APT.format(has=apt))
            (tmp_path / "log.python").write_text(PYTHON.format(name="apt", usable=int(not usable)))
            (tmp_path / "log.python").chmod(0o755)
        uv = tmp_path / "place" / "uv" / "bin"
        install = f'mkdir -p "{uv}"; cp "$LOG.uv" "{uv}/uv"'
        put("python3", OLD_PYTHON.format(pip=install if pip else "exit 1"))
        (tmp_path / "log.uv").write_text(UV)
        (tmp_path / "log.uv").chmod(0o755)
        put("of-uv", PYTHON.format(name="uv", usable=0))
        done = subprocess.run(
            [str(here / "bash"), "-s"],
            input=template("setup.sh"),
            env={"PATH": str(here), "LOG": str(log), "HERE": str(here), "PLACE": str(tmp_path / "place")},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout, log.read_text().splitlines(), done.returncode

    return run


def test_a_python_that_is_there_is_taken_and_nothing_installed(setup: Script) -> None:
    said, asked, code = setup(there="python3.12", apt="python3.13")

    assert "(Python from python3.12)" in said
    assert (asked, code) == ([], 77)


def test_else_apt_is_asked_from_the_newest_on(setup: Script) -> None:
    said, asked, code = setup(apt="python3.11", pip=True)

    assert "(Python from apt)" in said
    assert [line.split()[-2] for line in asked[1:]] == ["python3.13", "python3.12", "python3.11"]
    assert all("-venv" in line for line in asked[1:])
    assert code == 77


def test_a_python_without_what_an_environment_takes_is_passed_over(setup: Script) -> None:
    said, asked, _ = setup(there="python3.13", usable=False, pip=True)

    assert "(Python from uv)" in said
    assert asked[-1].startswith("uv python find")


def test_else_uv_is_installed_with_the_pip_of_the_image(setup: Script) -> None:
    said, asked, _ = setup(pip=True)

    assert "(Python from uv)" in said
    assert asked[0].startswith("python3 -m pip install")
    assert "--target" in asked[0]  # the image's own packages stay as they are
    assert any(line.startswith("uv python install") for line in asked)


def test_a_pre_release_is_the_last_resort(setup: Script) -> None:
    """As in Ubuntu 22.04, whose python3.11 is a release candidate."""
    said, asked, _ = setup(apt="python3.11", usable=False)

    assert "no final release" in said
    assert asked[-1].startswith("python3 -m pip")
    assert "(Python from apt)" in said


def test_where_none_is_to_be_had_that_is_said(setup: Script) -> None:
    said, _, code = setup()

    assert code == 1
    assert "Choose a newer base image" in said


def test_the_question_asked_of_a_python_is_answered_by_a_real_one(tmp_path: Path) -> None:
    begin = template("setup.sh").index("is_usable() {")
    function = template("setup.sh")[begin:].partition("\n}\n")[0] + "\n}\n"
    for python, usable in ((sys.executable, True), ("/bin/false", False), (str(tmp_path), False)):
        done = subprocess.run(["bash", "-c", function + 'is_usable "$1"', "bash", python], check=False)
        assert (done.returncode == 0) is usable
