"""From an empty folder to a graded submission, with the commands that a newcomer types."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.release import fill, read_reference

HIDDEN = "tests/hidden/lecture30/test_ex30_1_retry.py"
SOLUTION = "solutions/lecture30/ex30_1_retry.py"


def run(folder: Path, *arguments: str, module: str = "autograder") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env={key: value for key, value in os.environ.items() if key not in ("COLUMNS", "FORCE_COLOR")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, path
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.slow
def test_from_an_empty_folder_to_full_marks(tmp_path):
    course = tmp_path / "course"
    course.mkdir()
    made = run(course, "new", "lecture30/ex30_1_retry", "--points", "20")
    assert made.returncode == 0, made.stderr

    # One line of the reference is edited: what is printed. Its tests still ask for the old line.
    edit(course / SOLUTION, 'print(f"{name} ends")', 'print(f"{name} is done")')
    unsound = run(course, "validate", "lecture30")
    assert unsound.returncode == 1, unsound.stdout + unsound.stderr
    assert "fails test_lines_come_before_and_after_the_wait" in " ".join(unsound.stdout.split())
    assert "fails test_cancelled_prepare_says_that_it_ends" in " ".join(unsound.stdout.split())

    # The tests, the prompt and the samples follow, and the skeleton is made again as `new` has told.
    edit(course / SOLUTION, "exactly: <name> ends", "exactly: <name> is done")
    for path in (course / HIDDEN, course / "assignments/lecture30/test_public.py"):
        edit(path, '{name} ends"', '{name} is done"')
    edit(next(course.rglob("task_group/*.py")), '"ends"', '"is done"')
    edit(next(course.rglob("blocking_sleep.py")), "ends", "is done")
    [again] = [line.strip() for line in made.stdout.splitlines() if "python -m autograder.release" in line]
    assert run(course, *again.split()[3:], module=again.split()[2]).returncode == 0
    sound = run(course, "validate", "lecture30")
    assert sound.returncode == 0, sound.stdout + sound.stderr

    handout = tmp_path / "handout"
    released = run(course, "release", "lecture30", "--to", str(handout))
    assert released.returncode == 0, released.stderr
    assert "reference 20/20, untouched skeletons 0/20" in released.stdout

    # A student's part: the blanks of the released skeleton are filled, checked, handed in.
    work = handout / "ex30_1_retry.py"
    still_open = run(handout, "check")
    assert still_open.returncode == 1, still_open.stdout + still_open.stderr
    answers = {region.number: region.answer for region in read_reference(course / SOLUTION).regions}
    work.write_text(fill(work.read_text("utf-8"), answers), "utf-8")
    checked = run(handout, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr

    graded = run(course, "grade", str(work), "--seed", "7")
    assert graded.returncode == 0, graded.stderr
    assert "20/20" in graded.stdout
