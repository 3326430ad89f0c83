"""`autograder nbgrader grade`: a class is graded without a kernel, and nbgrader goes on with what was written."""

from __future__ import annotations

import csv
import importlib
import json
import os
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from nbgrader_course import (
    EXERCISE,
    GATHER,
    LATE,
    STEM,
    Course,
    Done,
    NewCourse,
    attack,
    fill,
    reference,
    right,
    wrong,
)

from autograder.nbgrader.wording import comment_text

pytestmark = pytest.mark.slow

ENDLESS = reference().replace("    await asyncio.sleep(delaySeconds)\n", "    while True:\n        pass\n")
KILLER = reference().replace(
    "    await asyncio.sleep(delaySeconds)\n", "    import os\n    os.kill(os.getpid(), 9)\n"
)
HALF = re.sub(
    r"(async def main\(\):\n).*?(?=\n\n\nif )", r"\1    raise NotImplementedError()", reference(), flags=re.S
)
SEED = "7"

PROGRAMS = {
    "right-reference": reference(),
    "right-task-group": right("task_group"),
    "right-queue": right("queue_and_workers"),
    "wrong-blocking": wrong("blocking_sleep"),
    "wrong-never-awaited": wrong("coroutines_never_awaited"),
    "wrong-print": wrong("debug_print_left_in"),
    "wrong-elapsed": wrong("elapsed_hard_coded"),
    "wrong-syntax": "async def fetchData(sourceId, delaySeconds:\n    pass\n",
    "hostile-exit": attack("forge/os_exit_at_import"),
    "hostile-forger": attack("forge/forges_an_answer"),
    "hostile-kills-kernel": KILLER,
    "hostile-endless": ENDLESS,
    "unfinished-half": HALF,
}
"""Programs of students who hand in a notebook, and who would get the same for a file."""

CELLS = {
    "cell-stderr": "import sys\nprint('a warning', file=sys.stderr)",
    "cell-never-awaited": "fetchData('X', 1)",
    "cell-logs": "import logging\nlogging.getLogger('asyncio').error('Task exception was never retrieved')",
}
"""Cells that a student with a right program has left behind."""

GUARD = 'if __name__ == "__main__":'
FILES = {
    **PROGRAMS,
    **{name: reference().replace(GUARD, f"{cell}\n\n{GUARD}") for name, cell in CELLS.items()},
    "cell-asyncio-run": reference(),
}
"""What each of these students would have in a file."""


class Class:
    """The class, graded: the course, what the command said, and the teacher's report of each student."""

    def __init__(self, course: Course, done: Done, reports: Path, files: Path) -> None:
        self.course = course
        self.done = done
        self.reports = {path.stem: _submission(path) for path in reports.glob("*.json")}
        self.of_files = {path.stem: _submission(path) for path in files.glob("*.json")}

    def grades(self, student: str) -> dict[str, Any]:
        return self.course.grades(student)


def _submission(path: Path) -> dict[str, Any]:
    (submission,) = json.loads(path.read_text())["submissions"]
    result: dict[str, Any] = submission
    return result


def rows(submission: dict[str, Any]) -> dict[str, tuple[str, float, float]]:
    return {
        test["name"]: (test["outcome"], test["score"], test["max_score"])
        for exercise in submission["exercises"]
        for test in exercise["tests"]
    }


def hand_in_oddly(course: Course) -> None:
    """Hand in what nbgrader's own tools would not: other names, other contents, other kinds of files."""
    book = course.released()
    good = fill(book, reference())
    course.hand_in("odd-name", name=f"{STEM} (1)", content=good)
    bare = json.loads(good)
    for cell in bare["cells"]:
        cell["metadata"] = {}
    course.hand_in("odd-no-metadata", content=json.dumps(bare).encode())
    cells = json.loads(good)["cells"]
    again = [cell for cell in cells if "".join(cell["source"]) != "await main()"]
    course.hand_in("odd-twice", content=json.dumps({**bare, "cells": [*again, *cells]}).encode())
    half = good.replace(b'"import asyncio', b'"# half of a character: \\ud800 \\u0000\\nimport asyncio')
    course.hand_in("odd-characters", content=half)
    beside = course.hand_in("odd-file-beside", content=json.dumps(book).encode())
    (beside / f"{STEM}.py").write_text(reference())
    link = course.hand_in("odd-link", content=None)
    (link / f"{STEM}.ipynb").symlink_to(course.root / "source" / GATHER / f"{STEM}.ipynb")
    os.unlink(link / "timestamp.txt")
    os.mkfifo(link / "timestamp.txt")
    (course.hand_in("odd-folder", content=None) / f"{STEM}.ipynb").mkdir()
    course.hand_in("odd-depth", content=b"[" * 200_000)
    course.hand_in(
        "odd <img src=x>", content=fill(book, "'<script>alert(1)</script>'\nraise ValueError('<b>')\n")
    )


@pytest.fixture(scope="module")
def graded(new_course: NewCourse, tmp_path_factory: pytest.TempPathFactory) -> Class:
    course = new_course("class")
    book = course.released()
    for student, program in PROGRAMS.items():
        course.hand_in(student, content=fill(book, program))
    for student, cell in CELLS.items():
        course.hand_in(student, content=fill(book, reference(), before=cell))
    course.hand_in("cell-asyncio-run", content=fill(book, reference(), run="asyncio.run(main())"))
    course.hand_in("unfinished-untouched", content=json.dumps(book).encode())
    course.hand_in("unfinished-empty-folder", content=None)
    course.hand_in("broken", content=b'{"cells": [')
    hand_in_oddly(course)
    late = course.hand_in("late", content=fill(book, reference()))
    (late / "timestamp.txt").write_text(LATE)
    course.hand_in("odd-time", content=fill(book, reference()))
    (course.root / "submitted" / "odd-time" / GATHER / "timestamp.txt").write_text("\x00when?")
    places = tmp_path_factory.mktemp("reports")
    files = places / "files"
    for student, program in FILES.items():
        (files / student).mkdir(parents=True)
        (files / student / f"{STEM}.py").write_text(program)
    done = course.autograder(
        "nbgrader", "grade", str(course.root), "--seed", SEED, "--output", str(places / "book")
    )
    by_file = course.autograder(
        "grade", str(files), "--assignment", GATHER, "--seed", SEED, "--output", str(places / "by-file")
    )
    assert by_file.returncode == 0, by_file.stderr
    return Class(course, done, places / "book", places / "by-file")


def test_a_class_with_a_damaged_notebook_is_graded_to_its_end(graded: Class) -> None:
    assert graded.done.returncode == 4, graded.done.stderr
    assert {each["id"] for each in graded.reports.values()} == {
        path.name for path in (graded.course.root / "submitted").iterdir()
    }
    ungraded = {name for name, each in graded.reports.items() if each["status"] != "graded"}
    assert ungraded == {"broken", "odd-depth"}


@pytest.mark.parametrize("student", FILES)
def test_notebook_and_file_get_the_same_for_each_test(graded: Class, student: str) -> None:
    assert rows(graded.reports[student]) == rows(graded.of_files[student])


@pytest.mark.parametrize("student", [*FILES, "unfinished-untouched", "unfinished-empty-folder"])
def test_gradebook_holds_the_points_of_each_concept(graded: Class, student: str) -> None:
    wanted: dict[str, float] = {}
    for exercise in graded.reports[student]["exercises"]:
        for test in exercise["tests"]:
            cell = f"test_{test['concept']}"
            wanted[cell] = wanted.get(cell, 0) + test["score"]
    grades = graded.grades(student)

    assert {cell: values[0] for cell, values in grades["cells"].items()} == wanted
    assert grades["score"] == graded.reports[student]["score"]
    assert grades["max"] == 30
    assert not any(values[3] for values in grades["cells"].values())


@pytest.mark.parametrize(
    "student",
    [
        *("right-reference", "right-task-group", "right-queue"),
        *("cell-stderr", "cell-logs", "cell-asyncio-run"),  # these cost something where nbgrader grades alone
    ],
)
def test_right_programs_get_full_marks_whatever_they_print_and_however_they_are_started(
    graded: Class, student: str
) -> None:
    assert graded.reports[student]["score"] == 30


def test_coroutine_that_nobody_awaits_costs_what_it_costs_in_a_file_and_not_all(graded: Class) -> None:
    """The warning about it comes on stderr, where nbgrader alone takes all points of the cell that is just running."""
    report = graded.reports["cell-never-awaited"]

    assert 0 < report["score"] == graded.of_files["cell-never-awaited"]["score"] < 30


@pytest.mark.parametrize(
    ("student", "outcome"), [("hostile-kills-kernel", "crashed"), ("hostile-endless", "timed_out")]
)
def test_what_kills_or_hangs_a_kernel_costs_only_the_tests_that_it_breaks(
    graded: Class, student: str, outcome: str
) -> None:
    report = graded.reports[student]

    assert 0 < report["score"] < 30
    assert outcome in {test["outcome"] for test in report["exercises"][0]["tests"]}


def test_program_that_awaits_nothing_gets_no_points_for_waiting(graded: Class) -> None:
    """A test cell of nbgrader that forgets to await passes whatever stands there."""
    cells = graded.grades("wrong-never-awaited")["cells"]

    assert cells["test_concurrency"][0] == 0
    assert cells["test_main"][0] == 0


def test_what_was_not_graded_waits_for_a_person_and_is_no_zero(graded: Class) -> None:
    cells = graded.grades("broken")["cells"]

    assert all(automatic is None and waits for automatic, _, _, waits in cells.values())
    assert "broken" in graded.done.stdout


def test_comment_tells_the_points_of_each_concept_and_no_hidden_test(graded: Class) -> None:
    comment = graded.grades("wrong-blocking")["comments"]["solution_fetchData"]
    hidden = re.findall(
        r"def (test_\w+)", (graded.course.clone / "tests" / "hidden" / GATHER / f"test_{STEM}.py").read_text()
    )

    assert re.match(r"\d+ of 30 points\n", comment)
    assert "suspension: " in comment
    assert hidden
    assert not any(name in comment for name in hidden)


def test_comment_keeps_its_lines_where_nbgrader_shows_it_as_markdown(graded: Class) -> None:
    comment = graded.grades("odd <img src=x>")["comments"]["solution_fetchData"]

    assert "<p>0 of 30 points</p>\n<pre><code>suspension: 0/6\nresult: 0/2\n" in shown_by_nbgrader(comment)


@pytest.mark.parametrize(
    "hostile", ["<img src=x onerror=alert(1)>", "```\n<b>\n", "\n\n<b>", "$$\n<b>\n$$", "\t\n> <b>"]
)
def test_students_texts_do_nothing_in_a_comment_that_nbgrader_shows(hostile: str) -> None:
    """In Markdown, HTML is alive."""
    shown = shown_by_nbgrader(
        comment_text(f"0 of 30 points\nresult: 0/2\n  failed: it printed\n    {hostile}")
    )

    assert set(re.findall(r"<(\w+)", shown)) == {"p", "pre", "code"}


def shown_by_nbgrader(comment: str) -> str:
    """Return a comment as HTML by the filter that nbgrader's feedback takes for it."""
    return str(importlib.import_module("nbconvert.filters").markdown2html(comment))


def test_lateness_is_that_of_the_timestamp_and_bad_ones_are_told(graded: Class) -> None:
    with sqlite3.connect(graded.course.root / "gradebook.db") as connection:
        query = "select student_id, timestamp from submitted_assignment"
        times = dict(connection.execute(query).fetchall())

    assert times["late"].startswith("2026-03-09 12:00")
    assert times["odd-time"] is None
    assert "odd-time: timestamp.txt holds no time" in " ".join(graded.done.stderr.split())


@pytest.mark.parametrize("student", ["odd-name", "odd-no-metadata", "odd-twice", "odd-characters"])
def test_right_notebook_is_graded_however_it_came(graded: Class, student: str) -> None:
    book = json.loads((graded.course.root / "autograded" / student / GATHER / f"{STEM}.ipynb").read_text())
    sources = ["".join(cell["source"]) for cell in book["cells"]]

    assert graded.grades(student)["score"] == 30
    assert any("asyncio.gather(" in source for source in sources)


@pytest.mark.parametrize("student", ["odd-file-beside", "odd-link", "odd-folder"])
def test_nothing_but_the_notebook_is_what_was_handed_in(graded: Class, student: str) -> None:
    """A file beside it is none, nor what a link leads to, which might be the teacher's own solution."""
    text = (graded.course.root / "autograded" / student / GATHER / f"{STEM}.ipynb").read_text()

    assert graded.grades(student)["score"] == 0
    assert "asyncio.gather(" not in text


def test_students_texts_do_nothing_in_the_page(graded: Class) -> None:
    page = (graded.course.root / "feedback" / "odd <img src=x>" / GATHER / f"{STEM}.html").read_text()

    assert "<img" not in page
    assert "<script" not in page
    assert "odd &lt;img src=x&gt;" in page


# -- nbgrader goes on with it -----------------------------------------------------------------------------------------


def test_pages_for_students_lie_where_nbgrader_releases_them_from(graded: Class) -> None:
    page = (graded.course.root / "feedback" / "wrong-blocking" / GATHER / f"{STEM}.html").read_text()

    assert f"{EXERCISE} Basic coroutines" in page
    assert f"{graded.reports['wrong-blocking']['score']:g} of 30 points" in page
    assert "<script" not in page.lower()


def test_plugin_keeps_what_has_no_score_apart_from_a_zero(graded: Class, tmp_path: Path) -> None:
    table = tmp_path / "cells.csv"
    plugin = "--exporter=autograder.nbgrader.plugin.CellsExport"
    done = graded.course.nbgrader("export", plugin, f"--to={table}")
    rows = list(csv.DictReader(table.read_text().splitlines()))

    assert done.returncode == 0, done.stderr
    assert len(rows) == 7 * len(graded.reports)
    assert {row["score"] for row in rows if row["student_id"] == "broken"} == {""}
    assert {row["score"] for row in rows if row["student_id"] == "wrong-syntax"} == {"0"}


def test_autograded_notebooks_hold_nothing_of_a_students_outputs(graded: Class) -> None:
    for student in ("right-reference", "hostile-endless", "broken", "unfinished-empty-folder"):
        book = json.loads(
            (graded.course.root / "autograded" / student / GATHER / f"{STEM}.ipynb").read_text()
        )
        shown = [cell for cell in book["cells"] if cell.get("outputs")]
        ids = [cell["metadata"]["nbgrader"]["grade_id"] for cell in shown]

        assert sorted(ids) == sorted(graded.grades(student)["cells"])


def test_grades_given_by_hand_stay_and_are_flagged_when_the_score_changes(new_course: NewCourse) -> None:
    course = new_course("manual")
    book = course.released()
    course.hand_in("ann", content=fill(book, wrong("elapsed_hard_coded")))
    course.hand_in("ben", content=fill(book, reference()))
    first = course.autograder("nbgrader", "grade", str(course.root), "--seed", SEED)
    automatic = course.grades("ann")["cells"]["test_main"][0]
    with sqlite3.connect(course.root / "gradebook.db") as connection:  # as the formgrader does
        connection.execute(
            "update grade set manual_score = 5.5, needs_manual_grade = 0 where id in (select grade.id from grade "
            "join base_cell on grade.cell_id = base_cell.id join submitted_notebook on grade.notebook_id = "
            "submitted_notebook.id join submitted_assignment on submitted_notebook.assignment_id = "
            "submitted_assignment.id where base_cell.name = 'test_main' and student_id = 'ann')"
        )
        connection.execute("update comment set manual_comment = 'Well tried.'")
    same = course.autograder("nbgrader", "grade", str(course.root), "--seed", SEED, "--student", "ann")
    unchanged = course.grades("ann")["cells"]["test_main"]
    course.hand_in("ann", content=fill(book, reference()))
    again = course.autograder("nbgrader", "grade", str(course.root), "--seed", SEED, "--student", "ann")
    grades = course.grades("ann")

    assert first.returncode == same.returncode == again.returncode == 0, again.stderr
    assert automatic < 6
    assert unchanged == [automatic, 5.5, 5.5, False]
    assert "Given by hand" not in same.stdout
    assert grades["cells"]["test_main"] == [6, 5.5, 5.5, True]
    assert grades["score"] == 29.5
    assert grades["comments"]["solution_fetchData"] == "Well tried."
    assert "Given by hand, and kept: ann" in again.stdout
    page = (course.root / "feedback" / "ann" / GATHER / f"{STEM}.html").read_text()
    assert "5.5" in page
    assert page.count("Well tried.") == 1
    assert course.grades("ben")["score"] == 30


# -- what cannot be graded --------------------------------------------------------------------------------------------


def refusal(course: Course, *more: str) -> str:
    done = course.autograder("nbgrader", "grade", str(course.root), *more)
    assert done.returncode == 2, done.stdout
    return " ".join(done.stderr.split())


def test_course_that_is_not_ready_says_what_to_run_first(exported: Course, tmp_path: Path) -> None:
    course = exported.copy(tmp_path / "course")
    nothing = refusal(course)
    course.hand_in("ann", content=b"{}")
    no_gradebook = refusal(course)

    assert "nothing was handed in for gather" in nothing
    assert "nbgrader generate_assignment gather" in no_gradebook
    assert not (course.root / "gradebook.db").exists()
