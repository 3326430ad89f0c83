"""What a path stands for: one submission or a class, under which ids, and what is refused."""

import os
from pathlib import Path

import pytest

from autograder.errors import IntakeError
from autograder.intake import read_paths

GATHER = b"async def fetchData(a, b):\n    return a\n\nasync def main():\n    pass\n"
CANCEL = b"async def longRunningJob(a, b):\n    return a\n\nasync def main():\n    pass\n"


def ids(submissions):
    return [submission.id for submission in submissions]


def test_folder_with_an_expected_file_is_one_submission(make_tree, assignment):
    root = make_tree(
        {"ex1_gather.py": GATHER, "mine.py": b"x = 1", "pack/__init__.py": b"", "draft/ex1_gather.py": b"y"}
    )

    (submission,) = read_paths([root], assignment)

    assert submission.id == "class"
    assert submission.files == {
        "ex1_gather.py": GATHER,
        "mine.py": b"x = 1",
        "pack/__init__.py": b"",
        "draft/ex1_gather.py": b"y",
    }
    assert submission.exercises == ()
    assert not submission.broken
    assert submission.notes[0].startswith("missing: ex2_cancel.py; what lies there instead: mine.py")


def test_any_other_folder_is_a_class_in_name_order(make_tree, make_zip, assignment):
    root = make_tree({
        "zoe/ex1_gather.py": GATHER,
        "bob.zip": make_zip({"ex1_gather.py": GATHER, "ex2_cancel.py": CANCEL}),
        "alice/ex2_cancel.py": CANCEL,
        "carol/unrelated.txt": b"sorry",
        "readme.md": b"",
        ".git/config": b"",
        "__MACOSX/x": b"",
    })  # fmt: skip
    (root / "dave").mkdir()

    submissions = {submission.id: submission for submission in read_paths([root], assignment)}

    assert list(submissions) == ["alice", "bob", "carol", "dave", "zoe"]
    assert submissions["bob"].files == {"ex1_gather.py": GATHER, "ex2_cancel.py": CANCEL}
    assert submissions["bob"].notes == ()
    assert submissions["carol"].notes == (
        "missing: ex1_gather.py, ex2_cancel.py; what lies there instead: unrelated.txt",
    )
    assert submissions["dave"].notes[0].endswith("what lies there instead: nothing")
    assert not any(submission.broken for submission in submissions.values())


def test_what_is_passed_over_in_a_class_is_told(make_tree, assignment):
    root = make_tree({"alice/ex1_gather.py": GATHER, "bob.py": GATHER, "carol.rar": b"Rar!"})
    warnings = []

    submissions = read_paths([root], assignment, warn=warnings.append)

    assert ids(submissions) == ["alice"]
    assert [text.split(" is ")[0] for text in warnings] == [str(root / "bob.py"), str(root / "carol.rar")]


def test_reports_of_an_earlier_run_are_no_submission(make_tree, assignment):
    root = make_tree({"alice/ex1_gather.py": GATHER, "reports/alice.json": b"{}"})

    assert ids(read_paths([root], assignment, leave_out=root / "reports")) == ["alice"]


def test_broken_entries_do_not_stop_the_others(make_tree, assignment):
    root = make_tree({"alice/ex1_gather.py": GATHER, "bob.zip": b"PK\x03\x04 cut off", "carol.ipynb": b"{}"})

    alice, bob, carol = read_paths([root], assignment)

    assert not alice.broken
    assert bob.broken == "bob.zip is not a readable zip: it has no directory; was it cut off?"
    assert carol.broken.startswith("carol.ipynb cannot be read as a notebook: ")


@pytest.mark.parametrize(
    ("name", "content", "exercise"),
    [
        ("ex2_cancel.py", b"", "21.2"),
        ("Doe_123_ex1-Gather (1).py", b"", "21.1"),
        ("anything.py", CANCEL, "21.2"),
        ("21.1/x.py", b"def broken(", "21.1"),
        ("ex2_cancel/x.py", b"def broken(", "21.2"),
    ],
)
def test_single_file_is_a_submission_of_one_exercise(make_tree, assignment, name, content, exercise):
    path = make_tree({name: content}) / name

    (submission,) = read_paths([path], assignment)

    assert submission.id == path.stem
    assert submission.exercises == (exercise,)
    assert submission.files == {assignment.exercise(exercise).file: content}


def test_single_file_takes_nothing_that_lies_beside_it(make_tree, assignment):
    root = make_tree({"a.py": GATHER, "b.py": CANCEL})

    a, b = read_paths([root / "b.py", root / "a.py"], assignment)

    assert (a.id, a.files) == ("a", {"ex1_gather.py": GATHER})
    assert (b.id, b.files) == ("b", {"ex2_cancel.py": CANCEL})


@pytest.mark.parametrize("content", [b"", b"def fetch(): pass", GATHER + CANCEL])
def test_single_file_that_cannot_be_placed_is_not_graded(make_tree, assignment, content):
    path = make_tree({"x.py": content}) / "x.py"

    (submission,) = read_paths([path], assignment)

    assert submission.broken == (
        "it cannot be told which exercise this is: rename x.py to ex1_gather.py or ex2_cancel.py"
    )


def test_zip_is_read_like_a_folder(tmp_path, make_zip, assignment):
    (tmp_path / "one.zip").write_bytes(make_zip({"ex1_gather.py": GATHER}))
    (tmp_path / "class.zip").write_bytes(
        make_zip({"alice/ex1_gather.py": GATHER, "bob.zip": make_zip({"ex2_cancel.py": CANCEL})})
    )
    (tmp_path / "wrapped.zip").write_bytes(
        make_zip(
            {
                "wrapped/dave/ex1_gather.py": GATHER,
                "wrapped/erin/ex1_gather.py": b"",
                "__MACOSX/._wrapped": b"",
            }
        )
    )

    submissions = read_paths([tmp_path / f"{name}.zip" for name in ("one", "class", "wrapped")], assignment)

    assert ids(submissions) == ["alice", "bob", "dave", "erin", "one"]
    assert submissions[1].files == {"ex2_cancel.py": CANCEL}


def test_damaged_zip_as_a_path_is_not_graded(tmp_path, assignment):
    (tmp_path / "bob.zip").write_bytes(b"nonsense")

    (submission,) = read_paths([tmp_path / "bob.zip"], assignment)

    assert (submission.id, submission.broken) == (
        "bob",
        "bob.zip is not a readable zip: it has no directory; was it cut off?",
    )


def test_same_id_twice_gets_the_parents_name(tmp_path, assignment):
    for section in ("monday", "friday"):
        (tmp_path / section / "alice").mkdir(parents=True)
        (tmp_path / section / "alice/ex1_gather.py").write_bytes(GATHER)
    (tmp_path / "friday/bob").mkdir()

    submissions = read_paths(
        [tmp_path / "monday", tmp_path / "friday", tmp_path / "friday/alice"], assignment
    )

    assert ids(submissions) == ["bob", "friday-alice", "monday-alice"]


def test_folder_and_zip_of_the_same_name_stay_apart(make_tree, make_zip, assignment):
    root = make_tree({"alice/ex1_gather.py": GATHER, "alice.zip": make_zip({"ex1_gather.py": GATHER})})

    submissions = read_paths([root], assignment)

    assert sorted(ids(submissions)) == ["class-alice", "class-alice.zip"]


def test_relative_path_has_a_name_too(make_tree, assignment, monkeypatch):
    monkeypatch.chdir(make_tree({"ex1_gather.py": GATHER}))

    assert ids(read_paths([Path(".")], assignment)) == ["class"]


def test_renamed_file_in_a_folder_given_alone(make_tree, assignment):
    (submission,) = read_paths([make_tree({"mine.py": GATHER})], assignment)

    assert submission.files["ex1_gather.py"] == GATHER
    assert "mine.py was taken for ex1_gather.py" in submission.notes


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("clas", "clas: no such file or folder. Did you mean class?"),
        ("elsewhere/x", "elsewhere/x: no such file or folder, and elsewhere is no folder either."),
        ("empty", "empty: there is nothing in it. Give a folder that holds submissions."),
        ("notes.txt", "Give a folder, a .zip or .tar.gz, a .py file or a notebook (or a folder of such submissions)."),
        ("loose", "To grade single files of other names, give the files: loose/*.py"),
        ("class/alice.txt/x", "class/alice.txt/x: cannot be read (Not a directory). Mend that, or leave it out."),
    ],
)  # fmt: skip
def test_wrong_paths_name_path_and_remedy(make_tree, assignment, monkeypatch, name, message):
    root = make_tree({"alice.txt": b""})
    monkeypatch.chdir(root.parent)
    os.mkdir("empty")
    os.mkdir("loose")
    Path("loose/a.py").write_bytes(GATHER)
    Path("loose/b.py").write_bytes(GATHER)
    Path("notes.txt").write_bytes(b"")

    with pytest.raises(IntakeError) as caught:
        read_paths([Path(name)], assignment)

    assert str(caught.value).endswith(message)
    assert str(caught.value).startswith(f"{name}: ")


def test_names_that_are_no_text_become_text(make_tree, make_zip, assignment):
    root = make_tree({})
    for name in (b"ren\xe9", "łukasz".encode()):
        os.mkdir(os.path.join(os.fsencode(root), name))
        with open(os.path.join(os.fsencode(root), name, b"ex1_gather.py"), "wb") as file:
            file.write(GATHER)

    submissions = read_paths([root], assignment)

    assert ids(submissions) == ["ren\\xe9", "łukasz"]
    assert all(submission.files == {"ex1_gather.py": GATHER} for submission in submissions)
