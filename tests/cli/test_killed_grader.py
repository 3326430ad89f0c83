"""What is left of a run whose grader is killed outright (SIGKILL): no process, and no half of a report."""

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.jail.host import BACKENDS

RESTRICT = Path(__file__).parents[1] / "attacks" / "harness" / "restrict.py"
SPIN = "import asyncio\nasync def double(x):\n    while True:\n        pass\n"
SLEEPER = "import select\ndef greet():\n    select.select([], [], [], 60)\n"
MOMENTS = (0.02, 0.3, 0.5, 0.7, 0.9, 1.2, 2.0)
"""Seconds after its start: while it reads, starts workers, makes jails, runs tests, writes reports."""


@pytest.fixture
def course_of_busy_people(course):
    """A class in which somebody is always spinning, waiting for real, or just being written down."""
    for number in range(4):
        course.hand_in(f"quick{number}")
        course.hand_in(f"spins{number}", first=SPIN)
        course.hand_in(f"waits{number}", second=SLEEPER)
    return course


@pytest.mark.slow
@pytest.mark.parametrize("backend", list(BACKENDS))
def test_grader_killed_at_any_moment_leaves_no_process_and_no_broken_report(
    course_of_busy_people, tmp_path, backend
):
    course = course_of_busy_people
    for moment in MOMENTS:
        result = tmp_path / "result.json"
        reports = tmp_path / f"reports-{moment}"
        command = course.command("class", "--jobs", "2", "--jail", backend, "--output", str(reports))
        with subprocess.Popen(
            [sys.executable, RESTRICT, result, "--", *command],
            cwd=course.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as outer:
            children = Path(f"/proc/{outer.pid}/task/{outer.pid}/children")
            while not (grader := children.read_text().split()):
                assert outer.poll() is None
            with pytest.raises(subprocess.TimeoutExpired):
                outer.wait(moment)
            os.kill(int(grader[0]), signal.SIGKILL)

        ended = json.loads(result.read_text())
        assert ended["exit"] == -signal.SIGKILL
        assert ended["left"] == [], moment
        _check_reports(reports)


def _check_reports(folder: Path) -> None:
    for file in folder.iterdir() if folder.exists() else ():
        if file.suffix == ".json":
            assert len(json.loads(file.read_text())["submissions"]) == 1
        elif file.suffix == ".csv":
            rows = list(csv.reader(file.open(newline="")))
            assert len({len(row) for row in rows}) == 1
        elif file.suffix == ".html":
            assert file.read_text().rstrip().endswith("</html>")
