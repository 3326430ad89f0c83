"""``autograder new`` as an instructor meets it: what it says, its exit codes, and that help costs nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli.main import run

ROOT = Path(__file__).resolve().parents[2]


def started(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autograder", "new", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_it_names_every_file_that_it_wrote_and_the_next_commands(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["new", "lecture30/ex30_1_retry"]) == 0
    said, errors = capsys.readouterr()

    assert said.startswith(f"Exercise 30.1, Retry, worth 10, in {tmp_path}:\n")
    assert re.findall(r"^  new      (.*)$", said, re.M) == files(tmp_path)
    assert "  autograder validate lecture30\n" in said
    assert re.search(r"^  \S.* -m autograder\.release solutions/lecture30 assignments/lecture30$", said, re.M)
    assert "  autograder release lecture30 --to lecture30.zip\n" in said
    assert errors == ""
    assert {path.split("/")[0] for path in files(tmp_path)} == {"assignments", "solutions", "tests"}


def test_the_command_for_skeletons_works_where_it_is_shown(tmp_path, monkeypatch, capsys):
    """Also where nothing is called `python`, and in a folder of the course that is not its uppermost."""
    course = tmp_path / "my course's"
    course.mkdir()
    monkeypatch.chdir(course)
    assert run(["new", "lecture30/ex30_1_retry"]) == 0
    deep = course / "tests" / "hidden"
    monkeypatch.chdir(deep)
    assert run(["new", "lecture30/backoff"]) == 0
    said = capsys.readouterr().out
    commands = re.findall(r"^  (\S.* -m autograder\.release .*)$", said, re.M)
    skeleton = course / "assignments" / "lecture30" / "ex30_1_retry.py"
    environment = {"PATH": str(tmp_path / "empty"), "PYTHONPATH": str(ROOT)}

    assert len(commands) == 2
    for folder, command in zip((course, deep), commands, strict=True):
        skeleton.unlink()
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert skeleton.is_file()


def test_a_further_exercise_from_deep_inside_the_course(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["new", "lecture30/ex30_1_retry"]) == 0
    monkeypatch.chdir(tmp_path / "tests" / "hidden" / "lecture30")
    capsys.readouterr()
    assert run(["new", "lecture30/backoff", "--title", "Back off", "--points", "12.5"]) == 0
    said = capsys.readouterr().out

    assert said.startswith(f"Exercise backoff, Back off, worth 12.5, in {tmp_path}:\n")
    assert re.findall(r"^  added to (.*)$", said, re.M) == [
        "assignments/lecture30/test_public.py",
        "assignments/lecture30/assignment.toml",
    ]
    assert "assignments/lecture30/README.md does not tell of the new exercise yet." in said
    assert (tmp_path / "tests/submissions/lecture30/right/task_group/backoff.py").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["../ex1"], "begins with a letter"),
        (["lecture30/asyncio"], "would hide Python's own module asyncio"),
        (["lecture30/ex1", "--points", "0"], "from 1 to 10,000"),
        (["lecture30/ex1", "--title", ""], "--title"),
        (["lecture30/\x1b[2Jex1"], r"\x1b[2Jex1"),
        (["lecture30/ex1", "--titel", "x"], "--titel"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    code = run(["new", *arguments])
    output, errors = capsys.readouterr()

    assert code == 2
    assert said in errors.replace("\n", " ")
    assert "\x1b" not in output + errors
    assert files(tmp_path) == []


def test_a_file_that_is_there_is_named_and_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    mine = tmp_path / "solutions" / "lecture30" / "ex30_1_retry.py"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    assert run(["new", "lecture30/ex30_1_retry"]) == 2

    assert "solutions/lecture30/ex30_1_retry.py" in capsys.readouterr().err
    assert files(tmp_path) == ["solutions/lecture30/ex30_1_retry.py"]
    assert mine.read_text() == "mine"


def test_a_course_in_a_folder_with_an_odd_name(tmp_path):
    folder = tmp_path / "Übung 30\n; rm -rf"
    folder.mkdir()
    done = started(folder, "lecture30/ex30_1_retry", "--title", "Über", PYTHONIOENCODING="ascii")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].endswith(r"bung 30\n; rm -rf:")
    assert 'title = "Über"' in (folder / "assignments/lecture30/assignment.toml").read_text("utf-8")


def test_without_a_name_it_tells_how_it_is_used(tmp_path):
    done = started(tmp_path)

    assert done.returncode == 2
    assert "LECTURE/EXERCISE" in done.stdout + done.stderr


def test_help_loads_neither_the_templates_nor_the_grader():
    program = (
        "import sys; from autograder.cli.main import run; run(['new', '--help']);"
        "print([m for m in sys.modules if m.startswith(('autograder.scaffolding', 'autograder.release', 'pytest'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
