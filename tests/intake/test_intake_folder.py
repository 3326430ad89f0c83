"""A student's folder: where its files lie, what is taken along, what is left out and told."""

import os

import pytest

from autograder.intake import collect, read_paths, tree

GATHER = b"async def fetchData(a, b):\n    return a\n\nasync def main():\n    pass\n"
CANCEL = b"async def longRunningJob(a, b):\n    return a\n\nasync def main():\n    pass\n"


@pytest.fixture
def read_alice(make_tree, assignment):
    """Return a function that reads one student's folder of a class."""

    def read(files):
        root = make_tree({f"alice/{name}": content for name, content in files.items()})
        (submission,) = read_paths([root], assignment)
        return submission

    return read


@pytest.mark.parametrize("prefix", ["handin/", "a/b/"])
def test_files_one_or_two_levels_down_are_found(read_alice, prefix):
    submission = read_alice(
        {f"{prefix}ex1_gather.py": GATHER, f"{prefix}ex2_cancel.py": CANCEL, f"{prefix}own/m.py": b""}
    )

    assert submission.files == {"ex1_gather.py": GATHER, "ex2_cancel.py": CANCEL, "own/m.py": b""}
    assert submission.notes == (f"the files lie in {prefix.rstrip('/').split('/')[-1]}",)


def test_files_in_two_sub_folders_are_not_guessed(read_alice):
    submission = read_alice({"final/ex1_gather.py": GATHER, "draft/ex1_gather.py": b""})

    assert "ex1_gather.py" not in submission.files
    assert submission.notes == (
        "missing: ex1_gather.py, ex2_cancel.py; what lies there instead: draft/ex1_gather.py, final/ex1_gather.py",
    )


def test_zip_in_a_students_folder_is_opened(read_alice, make_zip):
    submission = read_alice(
        {"handin.zip": make_zip({"src/ex1_gather.py": GATHER, "src/ex2_cancel.py": CANCEL})}
    )

    assert submission.files == {"ex1_gather.py": GATHER, "ex2_cancel.py": CANCEL}


def test_broken_zip_is_all_there_is(read_alice):
    broken = read_alice({"handin.zip": b"PK"}).broken

    assert broken == "handin.zip is not a readable zip: it has no directory; was it cut off?"


def test_broken_archive_beside_the_files_is_told(read_alice):
    submission = read_alice({"old.tgz": b"", "src/ex1_gather.py": GATHER, "src/ex2_cancel.py": CANCEL})

    assert submission.files == {"ex1_gather.py": GATHER, "ex2_cancel.py": CANCEL}
    assert submission.notes == ("the files lie in src", "old.tgz ends in the middle: it was cut off")


def test_renamed_files_are_recognised_by_what_they_define(read_alice):
    submission = read_alice(
        {"week1.py": b"\xef\xbb\xbf" + GATHER, "EX2_Cancel.py": b"def broken(", "test_ex1_gather.py": GATHER}
    )

    assert submission.files["ex1_gather.py"] == b"\xef\xbb\xbf" + GATHER
    assert submission.files["ex2_cancel.py"] == b"def broken("
    assert submission.notes == (
        "week1.py was taken for ex1_gather.py",
        "EX2_Cancel.py was taken for ex2_cancel.py",
    )


def test_two_files_that_could_be_it_are_not_guessed(read_alice):
    submission = read_alice({"a.py": GATHER, "b.py": GATHER, "ex2_cancel.py": CANCEL})

    assert "ex1_gather.py" not in submission.files
    assert "ex1_gather.py is missing, and any of a.py, b.py could be it: none was taken" in submission.notes


def test_clutter_and_environments_are_left_out_silently(read_alice):
    submission = read_alice({
        "ex1_gather.py": GATHER,
        "ex2_cancel.py": CANCEL,
        "__pycache__/ex1_gather.cpython-311.py": b"",
        ".ipynb_checkpoints/x.py": b"",
        ".hidden.py": b"",
        "myenv/pyvenv.cfg": b"",
        "myenv/lib/x.py": b"",
    })  # fmt: skip

    assert sorted(submission.files) == ["ex1_gather.py", "ex2_cancel.py"]
    assert submission.notes == ()


def test_the_public_tests_in_a_handed_in_bundle_are_no_part_of_the_program(read_alice):
    """They import the testing kit, which in a student's own program would be a trace of tampering."""
    submission = read_alice(
        {"ex1_gather.py": GATHER, "ex2_cancel.py": CANCEL, "test_public.py": b"import autograder.testing"}
    )

    assert submission.files == {"ex1_gather.py": GATHER, "ex2_cancel.py": CANCEL}
    assert submission.notes == ()


def test_links_out_of_the_folder_are_not_followed(make_tree, assignment, tmp_path):
    root = make_tree({"alice/ex1_gather.py": GATHER, "alice/real.py": b"r", "bob/ex2_cancel.py": CANCEL})
    (tmp_path / "secret.py").write_bytes(b"secret")
    os.symlink(tmp_path / "secret.py", root / "alice/stolen.py")
    os.symlink("../bob/ex2_cancel.py", root / "alice/ex2_cancel.py")
    os.symlink(tmp_path, root / "alice/everything")
    os.symlink("real.py", root / "alice/alias.py")
    os.symlink("/", root / "carol")
    warnings = []

    alice, bob = read_paths([root], assignment, warn=warnings.append)

    assert alice.files == {"ex1_gather.py": GATHER, "real.py": b"r", "alias.py": b"r"}
    assert alice.notes[1:] == (
        "everything is a symbolic link to a folder: not followed",
        "ex2_cancel.py is a symbolic link that leads out of the folder: not followed",
        "stolen.py is a symbolic link that leads out of the folder: not followed",
    )
    assert bob.files == {"ex2_cancel.py": CANCEL}
    assert warnings == [f"{root}: carol is a symbolic link to a folder: not followed"]


def test_expected_file_that_is_no_ordinary_file_is_not_graded(make_tree, assignment):
    root = make_tree({"alice/ex1_gather.py": GATHER})
    os.mkfifo(root / "alice/ex2_cancel.py")

    (submission,) = read_paths([root], assignment)

    assert submission.broken == "ex2_cancel.py is not an ordinary file"


def test_links_in_a_circle_end(make_tree, assignment):
    root = make_tree({"alice/ex1_gather.py": GATHER})
    os.symlink("ex2_cancel.py", root / "alice/ex2_cancel.py")

    (submission,) = read_paths([root], assignment)

    assert submission.broken == "ex2_cancel.py is a symbolic link that leads nowhere"


def test_files_too_large(read_alice):
    submission = read_alice({"ex1_gather.py": GATHER, "ex2_cancel.py": CANCEL, "data.py": b"#" * (2**20 + 1)})

    assert "data.py" not in submission.files
    assert submission.notes == ("data.py is 1.0 MiB long; at most 1.0 MiB are read",)


def test_all_files_together_too_large(read_alice, monkeypatch):
    monkeypatch.setattr(collect, "MAX_TOTAL_BYTES", 2_000)

    submission = read_alice(
        {"ex1_gather.py": GATHER, "ex2_cancel.py": CANCEL, "sub/a.py": b"#" * 1_900, "sub/b.py": b"#"}
    )

    assert sorted(submission.files) == ["ex1_gather.py", "ex2_cancel.py", "sub/b.py"]
    assert submission.notes == ("sub/a.py was left out: the files before it are too large together",)


def test_files_that_are_asked_for_are_read_before_others_use_up_the_limits(read_alice, monkeypatch):
    monkeypatch.setattr(collect, "MAX_TOTAL_BYTES", 2_000)

    submission = read_alice({"a.py": b"#" * 1_950, "ex1_gather.py": GATHER, "ex2_cancel.py": CANCEL})

    assert sorted(submission.files) == ["ex1_gather.py", "ex2_cancel.py"]


def test_too_many_files(read_alice, monkeypatch):
    monkeypatch.setattr(collect, "MAX_FILES", 3)

    submission = read_alice(
        {"ex1_gather.py": GATHER, "ex2_cancel.py": CANCEL} | {f"sub/m{i}.py": b"" for i in range(5)}
    )

    assert sorted(submission.files) == ["ex1_gather.py", "ex2_cancel.py", "sub/m0.py"]
    assert submission.notes == ("more than 3 files: the rest was not looked at",)


def test_too_many_folders(read_alice, monkeypatch):
    monkeypatch.setattr(collect, "MAX_FILES", 3)

    submission = read_alice({"ex1_gather.py": GATHER} | {f"d{i}/e/f/g/notes.txt": b"" for i in range(2)})

    assert "more than 3 folders: the rest was not looked at" in submission.notes


def test_too_many_files_that_cannot_be_read(read_alice, monkeypatch):
    monkeypatch.setattr(collect, "_MAX_UNREAD", 2)

    submission = read_alice(
        {"ex1_gather.py": GATHER, "ex2_cancel.py": CANCEL}
        | {f"m{i}.py": b"#" * (2**20 + 1) for i in range(2)}
        | {"z.py": b""}
    )

    assert sorted(submission.files) == ["ex1_gather.py", "ex2_cancel.py"]
    assert submission.notes[0] == "2 files that cannot be read: the rest was not looked at"


def test_limits_are_those_of_the_contract():
    assert (tree.MAX_FILES, tree.MAX_SOURCE_BYTES, tree.MAX_TOTAL_BYTES) == (2_000, 2**20, 20 * 2**20)
