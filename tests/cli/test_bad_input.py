"""Bad input: what is wrong, where, and what to do; exit code 2, nothing on stdout, no traceback."""

import os
import re
import subprocess
import sys

import click
import pytest

from autograder.cli.main import cli, run


@pytest.fixture
def complain(course, monkeypatch, capsys):
    """Return a function that runs the command in the course and returns what it complains about, with its exit code."""
    course.hand_in("alice")
    monkeypatch.chdir(course.root)
    monkeypatch.delenv("AUTOGRADER_DEBUG", raising=False)

    def call(*arguments: str) -> tuple[int, str]:
        code = run(arguments)
        out, err = capsys.readouterr()
        assert out == ""
        return code, err

    return call


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["clas"], r"clas: no such file or folder\. Did you mean class\?"),
        (["nowhere/alice"], r"nowhere/alice: no such file or folder, and nowhere is no folder either\."),
        ([""], r"PATH is empty\. Give it a path\."),
        (
            ["assignments/tiny/assignment.toml"],
            r".*assignment\.toml: not a submission\. Give a folder, a \.zip or",
        ),
        (["empty"], r"empty: there is nothing in it\. Give a folder that holds submissions\."),
        (
            ["class", "--assignment", "tinny"],
            r"--assignment tinny: .* Did you mean tiny\? Those that exist: tiny\.",
        ),
        (
            ["class", "--tests", "nowhere"],
            r"--tests .*/nowhere: there is no such folder\. Give --tests the folder",
        ),
        (
            ["class", "--tests", "empty"],
            r"--tests .*/empty: there is no hidden test in it \(a file named test_",
        ),
        (
            ["class", "--tests", "class/alice/ex1.py"],
            r"--tests .*ex1\.py: this is a file\. Give --tests the folder",
        ),
        (["class", "--tests", ""], r"--tests is empty\. Give it a path\."),
        (
            ["class", "--jail", "landlok"],
            r"--jail landlok: no such jail\. Choose one of: auto, bwrap, .*plain",
        ),
        (
            ["class", "--python", "/nonexistent/python"],
            r"/nonexistent/python: .*Give --python the path of one",
        ),
        (
            ["class", "--python", "/bin/true"],
            r"/bin/true: this is not a Python interpreter .*Give --python the",
        ),
        (
            ["class", "--python", "./old"],
            r".*/old: Python 3\.9\.1 is too old for the jail\. Give --python the",
        ),
        (
            ["class", "--output", "class/alice/ex1.py"],
            r"--output class/alice/ex1\.py: this is a file\. Give the",
        ),
        (
            ["class", "--output", "/proc/reports"],
            r"--output /proc/reports: reports cannot be written there \(",
        ),
        (["class", "--jobs", "0"], r"Invalid value for '--jobs': '0' is not a whole number from 1 to 1000\."),
        (["class", "--jobs", "two"], r"Invalid value for '--jobs': 'two' is not a whole number"),
        (
            ["class", "--seed", "text"],
            r"Invalid value for '--seed': 'text' is not a whole number from 0 to \d+\.",
        ),
        (["class", "--seed", "-1"], r"Invalid value for '--seed': '-1' is not a whole number"),
        (["class", "--seed", "0" * 20 + "1"], r"Invalid value for '--seed': '0+1' is not"),
        (["class", "--seed", "9" * 5000], r"Invalid value for '--seed': '9+"),
        (["class", "--sed", "1"], r"No such option '--sed'.*\nTry `autograder grade --help`\."),
    ],
)
def test_bad_input_is_told_with_its_remedy(complain, course, arguments, said):
    (course.root / "empty").mkdir()
    (course.root / "old").write_text('#!/bin/sh\necho \'["/x", "/x", "/x", [3, 9, 1]]\'\n')
    (course.root / "old").chmod(0o755)

    code, err = complain("grade", *arguments)

    assert code == 2
    assert re.match(f"Error: {said}", err)
    assert "Traceback" not in err


def test_broken_assignment_is_told(complain, course):
    toml = course.root / "assignments" / "tiny" / "assignment.toml"
    toml.write_text(toml.read_text().replace("points = 3", "points = -3"))

    code, err = complain("grade", "class")

    assert code == 2
    assert err == (
        f"Error: {toml}: exercise[1].points is -3. "
        "Allowed: a number above 0 and up to 10,000 with at most two decimals.\n"
    )


def test_assignment_without_hidden_tests_is_told(complain, course):
    (course.root / "tests" / "hidden").rename(course.root / "hidden")

    code, err = complain("grade", "class")

    assert code == 2
    assert err.startswith(f"Error: {course.root}/tests/hidden/tiny: there is no such folder. Give --tests")


def test_missing_bwrap_is_told(course):
    course.hand_in("alice")

    done = course.grade("class", "--jail", "bwrap", PATH="/nonexistent")

    assert (done.returncode, done.stdout) == (2, "")
    assert re.match(r"Error: .*bwrap .* is not installed.*apt-get install bubblewrap", done.stderr)


def test_weaker_jail_than_the_strongest_is_told(course):
    course.hand_in("alice")

    done = course.grade("class", PATH="/nonexistent")

    if done.returncode == 0:  # where the machine has another jail
        assert re.match(
            r"Warning: the bwrap jail cannot be used here: .*bwrap .* is not installed", done.stderr
        )
        assert "Warning: grading in the " in done.stderr
    else:
        assert done.returncode == 2
        assert done.stderr.startswith("Error: student code cannot be locked in on this machine.")


def test_unknown_command_is_told(complain):
    code, err = complain("valdate")

    assert code == 2
    assert err == "Error: No such command 'valdate'. Did you mean 'validate'?\nTry `autograder --help`.\n"


@pytest.fixture
def exploding():
    @cli.command("explode")
    def explode() -> None:
        raise RuntimeError("\x1b[31mboom")

    yield
    del cli.commands["explode"]


def test_our_own_mistake_is_told_as_ours(complain, exploding):
    code, err = complain("explode")

    assert code == 3
    assert err == (
        "Error: autograder itself has failed, through no fault of any submission: RuntimeError: \\x1b[31mboom\n"
        "Set AUTOGRADER_DEBUG=1 to see where, and please report it.\n"
    )


def test_traceback_is_there_for_those_who_ask(complain, exploding, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_DEBUG", "1")

    code, err = complain("explode")

    assert code == 3
    assert err.startswith("Traceback (most recent call last):")


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["grade", "--help"], ["--version"]])
def test_help_is_no_error(capsys, arguments):
    assert run(arguments) == 0

    out, err = capsys.readouterr()
    assert err == ""
    assert "autograder" in out
    if arguments[0] == "grade":
        assert "autograder grade homework/ --json --seed 7 > scores.json" in out
        assert all(option in out for option in ("--assignment", "--jobs", "--output", "--python", "--tests"))


def test_every_option_of_the_contract_is_there():
    grade = cli.commands["grade"]

    options = {
        name for parameter in grade.params if isinstance(parameter, click.Option) for name in parameter.opts
    }
    expected = ["assignment", "attempts", "audit", "from", "jail", "jobs", "json"]
    expected += ["output", "python", "roster", "seed", "tests"]
    assert options == {f"--{name}" for name in expected}


def test_help_starts_at_once():
    heavy = ["pytest", "rich", "asyncio", "zipfile", "autograder.pipeline"]
    check = f"import sys, autograder.cli.main; print([name for name in {heavy} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)

    begin = os.times()
    subprocess.run([sys.executable, "-m", "autograder", "--help"], capture_output=True, check=True)
    end = os.times()

    assert loaded.stdout == "[]\n"
    used = end.children_user + end.children_system - begin.children_user - begin.children_system
    assert used < 0.3, "seconds of CPU, which a busy machine does not change much"
