"""Which jail a run uses, as the person who grades sees it: what is asked for, what is demanded, what is left."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RESTRICT = Path(__file__).parents[1] / "attacks" / "harness" / "restrict.py"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's restrictions are another matter")


def run(course, tmp_path, *options, rights=()):
    command = [sys.executable, RESTRICT, tmp_path / "result.json", *rights, "--"]
    command += course.command("class", "--json", *options)
    return subprocess.run(command, cwd=course.root, capture_output=True, text=True, check=False)


def require(course, jail):
    toml = course.root / "assignments" / "tiny" / "assignment.toml"
    toml.write_text(toml.read_text().replace("[[exercise]]", f'[jail]\nrequire = "{jail}"\n[[exercise]]', 1))


@as_root
def test_falling_back_is_said_on_the_terminal_and_in_the_report(course, tmp_path):
    course.hand_in("alice")

    done = run(course, tmp_path, rights=["--deny-namespaces"])

    document = json.loads(done.stdout)
    assert (done.returncode, document["jail"]) == (0, "landlock")
    assert document["submissions"][0]["score"] == 5
    assert "the bwrap jail cannot be used here: " in done.stderr
    assert "grading in the landlock jail: " in done.stderr


@as_root
def test_weaker_jail_than_the_assignment_requires_grades_nobody(course, tmp_path):
    course.hand_in("alice")
    require(course, "bwrap")

    done = run(course, tmp_path, rights=["--deny-namespaces"])

    assert (done.returncode, done.stdout) == (2, "")
    assert "assignment.toml requires bwrap" in done.stderr
    assert "Traceback" not in done.stderr


def test_weaker_jail_than_required_cannot_be_forced(course, tmp_path):
    course.hand_in("alice")
    require(course, "landlock")

    done = run(course, tmp_path, "--jail", "plain")

    assert (done.returncode, done.stdout) == (2, "")
    assert "weaker than landlock" in done.stderr


def test_jail_that_nobody_knows_cannot_be_required(course, tmp_path):
    course.hand_in("alice")
    require(course, "steel")

    done = run(course, tmp_path)

    assert done.returncode == 2
    assert 'jail.require is "steel"' in done.stderr.replace("'", '"')


def test_no_walls_are_had_only_by_name_and_said_in_the_report(course, tmp_path):
    course.hand_in("alice")

    done = run(course, tmp_path, "--jail", "plain")

    assert json.loads(done.stdout)["jail"] == "plain"
    assert "plain" in done.stderr
