"""Which assignments there are, and which one a run is about."""

import os
import re
import shutil
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from autograder.catalogue import choose_assignment, find_root, list_assignments, load_assignment
from autograder.errors import ConfigurationError, UsageError
from autograder.intake import names_handed_in
from autograder.model import Assignment

ROOT = Path(__file__).resolve().parents[2]

TOML = """\
format = "autograder-assignment/1"
title = "{title}"
[[exercise]]
id = "1"
title = "One"
file = "{file}"
points = 1
"""


def choose(root: Path, wanted: str | None, paths: list[Path]) -> Assignment:
    return choose_assignment(root, wanted, paths, names_handed_in)


@pytest.fixture
def course(tmp_path):
    """Return a course with two assignments, one file each."""
    for name, file in (("gather", "ex_gather.py"), ("streams", "ex_streams.py")):
        folder = tmp_path / "assignments" / name
        folder.mkdir(parents=True)
        (folder / "assignment.toml").write_text(TOML.format(title=name, file=file))
    return tmp_path


@pytest.fixture
def hand_in(course):
    def write(*names: str) -> Path:
        for name in names:
            path = course / "class" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")
        return course / "class"

    return write


def test_assignments_are_found_from_a_folder_inside(course):
    inside = course / "solutions" / "gather"
    inside.mkdir(parents=True)

    assert find_root(inside) == course
    assert list_assignments(course) == ["gather", "streams"]


def test_elsewhere_the_clone_that_runs_is_taken(tmp_path):
    (tmp_path / "assignments" / "notes").mkdir(parents=True)  # somebody's own folder of that name

    assert find_root(tmp_path) == ROOT


@pytest.mark.parametrize("path", [".", "..", "ex_gather.py", "assignments"])
def test_what_a_student_handed_in_cannot_bring_hidden_tests(course, monkeypatch, path):
    """Else grading ``.`` in the folder of a student who added a folder ``assignments`` ran that student's tests."""
    (course / "ex_gather.py").write_text("")
    monkeypatch.chdir(course)

    assert find_root(course, [Path(path)]) == (course if path == "assignments" else ROOT)


def test_assignment_knows_its_folders(course):
    assignment = load_assignment(course, "gather")

    assert (assignment.id, assignment.title) == ("gather", "gather")
    assert assignment.folder == course / "assignments" / "gather"
    assert assignment.solutions == course / "solutions" / "gather"
    assert assignment.hidden_tests == course / "tests" / "hidden" / "gather"


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [("gathr", "Did you mean gather? "), ("xyz", ""), ("../gather", "Did you mean gather? ")],
)
def test_unknown_assignment_is_told_with_those_that_exist(course, wanted, meant):
    said = (
        f"--assignment {wanted}: there is no such assignment in {course / 'assignments'}. "
        f"{meant}Those that exist: gather, streams."
    )
    with pytest.raises(UsageError, match=f"^{re.escape(said)}$"):
        choose(course, wanted, [])


@pytest.mark.parametrize("name", ["ex_streams.py", "alice/ex_streams.py", "alice/src/ex_streams.py"])
def test_assignment_is_the_one_whose_files_were_handed_in(course, hand_in, name):
    assert choose(course, None, [hand_in(name, "alice/other.py")]).id == "streams"


def test_file_itself_tells_the_assignment(course, hand_in):
    assert choose(course, None, [hand_in("ex_streams.py") / "ex_streams.py"]).id == "streams"


def test_assignment_is_told_by_the_names_in_a_zip(course, hand_in):
    folder = hand_in("broken.zip", "readme.txt")
    with zipfile.ZipFile(folder / "alice.zip", "w") as archive:
        archive.writestr("alice/ex_streams.py", "")

    assert choose(course, None, [folder]).id == "streams"


def test_assignment_is_told_by_the_names_in_a_tar(course, hand_in):
    folder = hand_in("readme.txt")
    with tarfile.open(folder / "class.tar.gz", "w:gz") as archive:
        archive.add(hand_in("alice/ex_streams.py") / "alice", "alice")
    shutil.rmtree(folder / "alice")

    assert choose(course, None, [folder / "class.tar.gz"]).id == "streams"


def test_zip_that_lies_about_itself_hides_no_other_file(course, hand_in):
    folder = hand_in("alice/ex_streams.py")
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    place = struct.pack("<4sLQL", b"PK\6\7", 0, 2**64 - 1, 1)
    (folder / "liar.zip").write_bytes(b"PK\3\4" + bytes(100) + place + end)

    assert choose(course, None, [folder]).id == "streams"


def test_links_and_pipes_are_no_trap_for_who_looks_at_names(course, hand_in):
    folder = hand_in("alice/ex_streams.py")
    os.symlink(folder, folder / "alice" / "again")
    os.symlink("/nowhere", folder / "alice" / "lost.zip")
    os.mkfifo(folder / "alice" / "pipe.zip")

    assert choose(course, None, [folder]).id == "streams"


def test_only_assignment_needs_no_sign(course, hand_in):
    (course / "assignments" / "gather" / "assignment.toml").unlink()

    assert choose(course, None, [hand_in("alice/main.py")]).id == "streams"


def test_files_of_two_assignments_need_an_answer(course, hand_in):
    folder = hand_in("alice/ex_streams.py", "bob/ex_gather.py")

    with pytest.raises(UsageError, match=r"may be gather or streams\. Say which: --assignment gather$"):
        choose(course, None, [folder])


def test_files_of_no_assignment_need_an_answer(course, hand_in):
    with pytest.raises(
        UsageError, match=r"cannot be told .* --assignment ID, where ID is one of gather, streams\.$"
    ):
        choose(course, None, [hand_in("alice/main.py")])


def test_broken_assignment_is_an_error_of_its_own(course):
    (course / "assignments" / "gather" / "assignment.toml").write_text("title = 3")

    with pytest.raises(ConfigurationError, match=r"gather/assignment\.toml: format is missing"):
        choose(course, "gather", [])
