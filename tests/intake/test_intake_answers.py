"""Which exercises notebooks answer, which of their cells, and what lies beside them."""

import io
import sys
import tarfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from notebooks import notebook

from autograder.intake import names_handed_in, read_paths

GATHER = "async def fetchData(x):\n    return x"
CANCEL = "async def longRunningJob(x):\n    return x"
SKELETON = b"async def fetchData(x):\n    blank(1)\n    return blank(2)\n"


@pytest.mark.parametrize(
    ("name", "cells", "exercises"),
    [
        ("ex2_cancel.ipynb", [""], ["21.2"]),
        ("Doe_123_ex1-Gather (1).ipynb", ["x = 1"], ["21.1"]),
        ("homework.ipynb", ["import asyncio", CANCEL], ["21.2"]),
        ("21.1/x.ipynb", ["x = 1"], ["21.1"]),
        ("everything.ipynb", [GATHER, CANCEL], ["21.1", "21.2"]),
    ],
)
def test_a_single_notebook_is_a_submission_of_what_it_answers(make_tree, assignment, name, cells, exercises):
    path = make_tree({name: notebook(*cells)}) / name

    (submission,) = read_paths([path], assignment)

    assert not submission.broken
    assert submission.id == path.stem
    assert list(submission.exercises) == exercises
    assert list(submission.files) == [assignment.exercise(each).file for each in exercises]
    assert list(submission.notebooks) == list(submission.files)


def test_a_notebook_of_which_nobody_can_tell_what_it_answers_says_so(make_tree, assignment):
    root = make_tree({"alice.ipynb": notebook("x = 1"), "bob.ipynb": notebook(GATHER), "carol.ipynb": b"[1"})

    alice, bob, carol = read_paths([root], assignment)

    assert alice.broken.startswith(
        "it cannot be told which exercise this is: rename alice.ipynb to ex1_gather.ipynb"
    )
    assert not bob.broken
    assert bob.exercises == ("21.1",)
    assert bob.notes == ("bob.ipynb was taken for ex1_gather.py",)
    assert carol.broken.startswith("carol.ipynb cannot be read as a notebook: it is no JSON")


def test_a_notebook_that_answers_several_runs_the_cells_of_each(make_tree, assignment):
    book = notebook(
        "import asyncio",  # 1
        GATHER,  # 2
        "async def main():\n    await fetchData(1)",  # 3
        "await main()",  # 4
        CANCEL,  # 5
        "async def main():\n    await longRunningJob(1)",  # 6
        "await main()",  # 7
    )
    path = make_tree({"all.ipynb": book}) / "all.ipynb"

    (submission,) = read_paths([path], assignment)

    assert submission.notebooks["ex1_gather.py"].run == (1, 2, 3, 4)
    assert submission.notebooks["ex2_cancel.py"].run == (1, 2, 3, 5, 6, 7)


def as_folder(files):
    return {f"alice/{name}": content for name, content in files.items()}


@pytest.mark.parametrize("packed", ["folder", "zip", "tar"])
def test_a_folder_of_notebooks_is_one_submission(make_tree, make_zip, assignment, packed):
    files = {"ex1_gather.ipynb": notebook(GATHER), "ex2_cancel.ipynb": notebook(CANCEL), "own.py": b"x = 1\n"}
    if packed == "zip":
        path = make_tree({"alice.zip": make_zip(files)}) / "alice.zip"
    elif packed == "tar":
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w:gz") as tar:
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        path = make_tree({"alice.tar.gz": stream.getvalue()}) / "alice.tar.gz"
    else:
        path = make_tree(as_folder(files)) / "alice"

    (submission,) = read_paths([path], assignment)

    assert submission.id == "alice"
    assert sorted(submission.files) == ["ex1_gather.py", "ex2_cancel.py", "own.py"]
    assert sorted(submission.notebooks) == ["ex1_gather.py", "ex2_cancel.py"]
    assert submission.exercises == ()
    assert submission.notes == (
        "ex1_gather.ipynb was taken for ex1_gather.py",
        "ex2_cancel.ipynb was taken for ex2_cancel.py",
    )


@pytest.mark.parametrize(
    ("file", "book", "taken", "note"),
    [
        (
            SKELETON,
            GATHER,
            "notebook",
            "ex1_gather.ipynb was taken, and not ex1_gather.py, of which less is done",
        ),
        (b"", GATHER, "notebook", "ex1_gather.ipynb was taken, and not ex1_gather.py, of which less is done"),
        (GATHER.encode(), SKELETON.decode(), "file", ""),
        (GATHER.encode(), "x = 1", "file", ""),
        (
            GATHER.encode(),
            GATHER,
            "file",
            "ex1_gather.py was taken, and not ex1_gather.ipynb, which lies there, too",
        ),
    ],
)
def test_of_a_file_and_a_notebook_the_one_is_taken_of_which_more_is_done(
    make_tree, assignment, file, book, taken, note
):
    root = make_tree({"alice/ex1_gather.py": file, "alice/ex1_gather.ipynb": notebook(book)})

    (submission,) = read_paths([root / "alice"], assignment)

    assert ("ex1_gather.py" in submission.notebooks) == (taken == "notebook")
    assert (submission.files["ex1_gather.py"] == file) == (taken == "file")
    assert [each for each in submission.notes if "ex1" in each] == ([note] if note else [])


def test_two_notebooks_that_could_be_the_answer_are_none(make_tree, assignment):
    root = make_tree(
        {
            "alice/ex2_cancel.py": CANCEL.encode(),
            "alice/a.ipynb": notebook(GATHER),
            "alice/b.ipynb": notebook(GATHER),
        }
    )

    (submission,) = read_paths([root / "alice"], assignment)

    assert list(submission.files) == ["ex2_cancel.py"]
    assert (
        "ex1_gather.py is missing, and any of a.ipynb, b.ipynb could be it: none was taken"
        in submission.notes
    )


def test_a_damaged_notebook_is_no_zero_and_harms_no_file(make_tree, assignment):
    root = make_tree(
        {
            "alice/ex1_gather.ipynb": b"{",
            "alice/ex2_cancel.py": CANCEL.encode(),
            "bob/ex1_gather.ipynb": b"{",
            "bob/ex1_gather.py": GATHER.encode(),
            "carol/homework.ipynb": b"{",
        }
    )

    alice, bob, carol = read_paths([root], assignment)

    assert alice.broken.startswith("ex1_gather.ipynb cannot be read as a notebook")
    assert not bob.broken
    assert bob.files == {"ex1_gather.py": GATHER.encode()}
    assert any("ex1_gather.ipynb cannot be read" in note for note in bob.notes)
    assert carol.broken.startswith("homework.ipynb cannot be read as a notebook")


def test_notebooks_tell_which_assignment_they_are_for(make_tree):
    root = make_tree({"alice/ex1_gather.ipynb": b"{}", "alice/.ipynb_checkpoints/ex2.ipynb": b"{}"})

    assert list(names_handed_in([root])) == ["ex1_gather.py"]


def test_what_patches_asyncio_for_jupyter_finds_a_stand_in(make_tree, assignment):
    book = notebook("import nest_asyncio\nnest_asyncio.apply()", GATHER)
    path = make_tree({"ex1_gather.ipynb": book}) / "ex1_gather.ipynb"

    (submission,) = read_paths([path], assignment)

    space = {}
    exec(submission.files["nest_asyncio.py"], space)
    assert space["apply"]() is None


def test_a_hostile_name_is_shown_in_no_traceback(make_tree, assignment):
    name = 'ex1_gather", line 1 in x.ipynb'
    path = make_tree({name: notebook(GATHER)}) / name

    (submission,) = read_paths([path], assignment)

    assert submission.notebooks["ex1_gather.py"].name == "ex1_gather.ipynb"
