"""``autograder release`` from end to end: real grading in a real jail, real files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # for courses.py

from courses import SoundCourse


@pytest.fixture
def sound(tmp_path: Path) -> SoundCourse:
    return SoundCourse(tmp_path / "clone")


def release(course: SoundCourse, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    unwanted = ("COLUMNS", "LINES", "FORCE_COLOR", "AUTOGRADER_DEBUG")
    return subprocess.run(
        [sys.executable, "-m", "autograder", "release", *map(str, arguments)],
        cwd=course.root,
        env={key: value for key, value in os.environ.items() if key not in unwanted},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def refused(done: subprocess.CompletedProcess[str], code: int, *said: str) -> None:
    """Check that the command said why it did nothing, and that its message is one of ours."""
    assert done.returncode == code, done
    assert done.stdout == ""
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
    for text in said:
        assert text in done.stderr


@pytest.mark.slow
def test_a_fresh_folder_and_an_archive_hold_the_same_files(sound: SoundCourse, tmp_path: Path) -> None:
    done = release(sound, "tiny", "--to", "../handout")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"{tmp_path / 'handout'}: 10 files\nreference 2.5/2.5, untouched skeletons 0/2.5\n"
    )
    manifest = json.loads((tmp_path / "handout" / "manifest.json").read_text())
    assert manifest["assignment"] == "tiny"
    there = {
        path.relative_to(tmp_path / "handout").as_posix(): path.read_bytes()
        for path in (tmp_path / "handout").rglob("*")
        if path.is_file()
    }
    assert set(there) == {*manifest["files"], "manifest.json"}

    assert release(sound, "tiny", "--to", tmp_path / "handout.zip").returncode == 0
    with zipfile.ZipFile(tmp_path / "handout.zip") as archive:
        packed = {name.removeprefix("tiny/"): archive.read(name) for name in archive.namelist()}
    assert packed == there
    for secret in (b"asyncio.sleep(1)", b"wanted = x + 0", b"twice(x)", b"test_secretly_doubles", b"### "):
        assert not [name for name, content in packed.items() if secret in content.replace(b"### Blank", b"")]

    (tmp_path / "handout" / "ex1.py").write_text("print('my work')\n")
    refused(release(sound, "tiny", "--to", tmp_path / "handout"), 2, "ex1.py", "--force")
    assert (tmp_path / "handout" / "ex1.py").read_text() == "print('my work')\n"


def test_a_reference_that_fails_a_test_is_not_shipped(sound: SoundCourse, tmp_path: Path) -> None:
    sound.replace(sound.solution, "return 2 * number", "return 2 * number + 1")

    done = release(sound, "tiny", "--to", tmp_path / "out")

    refused(done, 1, "reference solution gets 0 of 2.5 points", "1 test_secretly_doubles: failed, ")
    assert not (tmp_path / "out").exists()


def test_a_skeleton_that_gets_points_is_not_shipped(sound: SoundCourse, tmp_path: Path) -> None:
    sound.replace(
        sound.hidden,
        "points(2.5)",
        "points(2)",
    )
    with sound.hidden.open("a") as suite:
        suite.write(
            '\n@pytest.mark.exercise("1")\n@pytest.mark.points(0.5)\n@pytest.mark.concept("main")\n'
            'async def test_secretly_nothing(student):\n    """Nothing."""\n'
        )

    done = release(sound, "tiny", "--to", tmp_path / "out.zip")

    refused(
        done, 1, "untouched skeleton gets 0.5 of 2.5 points. Tests that it passes", "1 test_secretly_nothing"
    )
    assert not (tmp_path / "out.zip").exists()


def test_a_leak_is_not_shipped(sound: SoundCourse, tmp_path: Path) -> None:
    sound.readme.write_text("Use `await asyncio.sleep(1)`.\n")

    refused(
        release(sound, "tiny", "--to", tmp_path / "out"), 1, "README.md holds 'await asyncio.sleep(1)', from "
    )


def test_what_is_wrong_with_the_call_or_the_course_is_said(sound: SoundCourse, tmp_path: Path) -> None:
    out = tmp_path / "out"
    refused(
        release(sound, "tinny", "--to", out), 2, "tinny: there is no such assignment", "Did you mean tiny?"
    )
    refused(release(sound, "tiny", "--to", ""), 2, "--to is empty")
    refused(release(sound, "tiny", "--to", "assignments/tiny/out"), 2, "among the course's own files")
    refused(release(sound, "tiny", "--to", "/proc/out"), 2, "/proc/out")
    sound.replace(sound.solution, "    ### END SOLUTION\n", "")
    refused(release(sound, "tiny", "--to", out), 2, f"{sound.solution}:", "end that first")
    assert not out.exists()
