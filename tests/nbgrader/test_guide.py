"""The commands that the instructor guide gives to users of nbgrader, run one after the other as they stand there."""

from __future__ import annotations

import csv
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from nbgrader_course import GATHER, LECTURE, ROOT, STEM, Course, Done, fill, reference, run, wrong

pytestmark = pytest.mark.slow

GUIDE = (ROOT / "instructor_guide.md").read_text("utf-8")


def block(what: str, language: str) -> str:
    (text,) = re.findall(rf"^<!-- {what} -->\n```{language}\n(.*?)^```$", GUIDE, re.M | re.S)
    return str(text).replace(LECTURE, GATHER)


class Walk:
    """The way of the guide, from the clone to the released feedback."""

    def __init__(self, clone: Path, home: Path, environment: dict[str, str]) -> None:
        self.exchange = home / "exchange"
        self.exchange.mkdir()
        self.exchange.chmod(0o777)
        self.clone = clone
        self.course = Course(home / "course", clone, {**environment, "HOME": str(home)})
        before, self.last = block("commands: nbgrader before", "sh").split("nbgrader release_assignment", 1)
        self.before = self.run(before)
        with (self.course.root / "nbgrader_config.py").open("a") as config:
            config.write(f"c.Exchange.root = {str(self.exchange)!r}\n")
        self.release = self.run(f"cd ~/course\nnbgrader release_assignment{self.last}")
        book = self.course.released()
        self.course.hand_in("ann", content=fill(book, reference()))
        self.course.hand_in("ben", content=fill(book, wrong("blocking_sleep")))
        self.after = self.run(block("commands: nbgrader after", "sh"))

    def run(self, script: str) -> Done:
        return run(["bash", "-e", "-c", script], self.clone, self.course.environment)


@pytest.fixture(scope="module")
def walk(clone: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Walk:
    copied = tmp_path_factory.mktemp("guide") / "clone"
    shutil.copytree(clone, copied)
    assert (
        shutil.which("autograder", path=environment["PATH"])
        == f"{Path(sys.executable).parent}{os.sep}autograder"
    )
    return Walk(copied, tmp_path_factory.mktemp("guide-home"), environment)


def test_assignment_is_exported_generated_validated_and_released(walk: Walk) -> None:
    assert walk.before.returncode == 0, walk.before.stderr
    assert "source notebooks 30/30, as nbgrader releases them 0/30" in walk.before.stdout
    assert "Success! Your notebook passes all the tests." in walk.before.stdout
    assert walk.release.returncode == 0, walk.release.stderr
    assert (walk.exchange / "course" / "outbound" / GATHER / f"{STEM}.ipynb").is_file()


def test_class_is_graded_exported_and_gets_its_feedback(walk: Walk) -> None:
    assert walk.after.returncode == 0, walk.after.stderr
    totals, cells = table(walk.course.root / "grades.csv"), table(walk.course.root / "cells.csv")
    score = {row["student_id"]: float(row["score"]) for row in totals}
    page = (walk.course.root / "feedback" / "ben" / GATHER / f"{STEM}.html").read_text()
    released = list((walk.exchange / "course" / "feedback").iterdir())

    assert score["ann"] == 30
    assert 0 < score["ben"] == walk.course.grades("ben")["score"] < 30
    assert sum(float(row["score"]) for row in cells if row["student_id"] == "ben") == score["ben"]
    assert {row["concept"] for row in cells} >= {"concurrency", "ordering", "suspension"}
    assert "delaySeconds" in page  # nbgrader's own page shows the cells, with our comment
    assert "of 30 points" in page
    assert len(released) == 2
    assert (walk.clone / "reports" / "ben.json").is_file()


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines()))


def test_configuration_in_the_guide_is_what_an_export_writes(walk: Walk) -> None:
    shown = block("config: nbgrader", "python")
    written = (walk.course.root / "nbgrader_config.py").read_text()
    (timeout,) = re.findall(r"^c\.Execute\.timeout = \d+", shown, re.M)

    assert 'os.environ.setdefault("AUTOGRADER_CLONE", "/' in shown
    assert f"os.environ.setdefault('AUTOGRADER_CLONE', {str(walk.clone)!r})\n" in written
    assert f"{timeout}\n" in written
