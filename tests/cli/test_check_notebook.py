"""``autograder check`` on notebooks; the released ones, filled in, earn full marks."""

import json
from pathlib import Path

import pytest

from autograder.catalogue import load_assignment
from autograder.cli.main import run
from autograder.grading.suite import run_suite
from autograder.intake import read_paths
from autograder.jail.host import fresh
from autograder.model import GradeOptions
from autograder.release import partially_filled, read_reference
from autograder.release.bundle import make_bundle
from autograder.release.notebook import notebook

ROOT = Path(__file__).resolve().parents[2]
BOOK = "ex21_1_gather.ipynb"


def unpack(bundle, folder):
    for name, content in bundle.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def filled(assignment, exercise, left=frozenset()):
    """Return a released notebook into which a student has put the reference's answers, but for these blanks."""
    reference = read_reference(assignment.solutions / exercise.file)
    return notebook(exercise, reference, partially_filled(reference, set(left)))


@pytest.mark.parametrize("lecture", ["lecture21", "lecture22"])
def test_the_released_notebooks_earn_full_marks_when_they_are_filled_in(tmp_path, lecture):
    """The whole folder is handed in: the skeletons lie there as well, untouched."""
    assignment = load_assignment(ROOT, lecture)
    unpack(make_bundle(assignment), tmp_path)
    for exercise in assignment.exercises:
        (tmp_path / exercise.notebook).write_text(filled(assignment, exercise))
    reports = []

    run_suite(assignment, iter(read_paths([tmp_path], assignment)), reports.append, GradeOptions(seed=1))

    (report,) = reports
    assert report.score == assignment.points, report
    assert report.findings == report.evidence == ()
    assert list(report.notes) == [
        f"{each.notebook} was taken, and not {each.file}, of which less is done"
        for each in assignment.exercises
    ]


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Lecture 21 as students get it, the first exercise begun in its notebook: blanks 2 and 9 are open, 5 is wrong."""
    folder = tmp_path_factory.mktemp("lecture21")
    assignment = load_assignment(ROOT, "lecture21")
    unpack(make_bundle(assignment), folder)
    text = filled(assignment, assignment.exercises[0], {2, 9}).replace(
        "return result", "return result.nothing"
    )
    (folder / BOOK).write_text(text)
    return folder


def cell_of(folder, text):
    """Return number and line of the cell in which a text stands."""
    for number, cell in enumerate(json.loads((folder / BOOK).read_text())["cells"], 1):
        for line, each in enumerate("".join(cell["source"]).split("\n"), 1):
            if cell["cell_type"] == "code" and text in each:
                return number, line
    raise AssertionError(text)


@pytest.mark.parametrize("path", [".", BOOK])
def test_open_blanks_are_told_by_cell_and_line(released, monkeypatch, capsys, path):
    monkeypatch.chdir(released)

    assert run(["check", path, "--seed", "1"]) == 1

    out = capsys.readouterr().out
    cell, line = cell_of(released, "blank(2)")
    assert f"Blank 2 is still open ({BOOK}, cell {cell}, line {line}): the suspension point" in " ".join(
        out.split()
    )
    assert f"Next: blank 2 ({BOOK}, cell {cell}, line {line})" in " ".join(out.split())
    assert "21.1" in out
    assert ("21.2" in out) == (path == "."), "a notebook by itself is one exercise"
    assert "waits for blank 2" in out
    note = f"Note: {BOOK} was checked, and not ex21_1_gather.py, of which less is done."
    assert (note in out) == (path == ".")


def test_json_names_notebook_and_cell(released, monkeypatch, capsys):
    monkeypatch.chdir(released)

    assert run(["check", "--json", "--seed", "1"]) == 1

    first, second, _ = json.loads(capsys.readouterr().out)["exercises"]
    assert (first["file"], second["file"]) == (BOOK, "ex21_2_cancellation.py")
    assert [(each["number"], (each["cell"], each["line"])) for each in first["open_blanks"]] == [
        (2, cell_of(released, "blank(2)")),
        (9, cell_of(released, "blank(9)")),
    ]
    assert not any("cell" in each for each in second["open_blanks"] + second["tests"])


@pytest.mark.parametrize("forked", [True, False], ids=["forked", "portable"])
def test_what_fails_is_told_by_cell_and_line(tmp_path, monkeypatch, capsys, forked):
    assignment = load_assignment(ROOT, "lecture21")
    unpack(make_bundle(assignment), tmp_path)
    text = filled(assignment, assignment.exercises[0]).replace("return result", "return result.nothing")
    (tmp_path / BOOK).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fresh, "FORCED", not forked)

    assert run(["check", BOOK, "--seed", "1"]) == 1

    out = " ".join(capsys.readouterr().out.split())
    cell, line = cell_of(tmp_path, "return result.nothing")
    place = f"{BOOK}, cell {cell}, line {line}"
    assert f"AttributeError: 'str' object has no attribute 'nothing' ({place}: return result.nothing)" in out
    assert f"Next: what fails in exercise 21.1 ({place})" in out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "ex21_1_gather.ipynb cannot be read as a notebook: it is no JSON, line 1, column 2"),
        (
            b'{"cells": [], "metadata": {"language_info": {"name": "R"}}}',
            "is a notebook for R, not for Python",
        ),
    ],
)
def test_a_notebook_that_is_none_is_said_to_be_none(released, tmp_path, monkeypatch, capsys, content, said):
    unpack(make_bundle(load_assignment(ROOT, "lecture21")), tmp_path)
    (tmp_path / BOOK).write_bytes(content)
    monkeypatch.chdir(tmp_path)

    assert run(["check", BOOK]) == 1
    assert said in " ".join(capsys.readouterr().out.split())


def test_a_notebook_of_another_name_is_told_the_right_one(released, monkeypatch, capsys):
    monkeypatch.chdir(released)
    (released / "my ex21_1_gather.ipynb").write_bytes((released / BOOK).read_bytes())

    assert run(["check", "my ex21_1_gather.ipynb"]) == 2
    assert f"If it is meant to be {BOOK}, give it that name." in " ".join(capsys.readouterr().err.split())
