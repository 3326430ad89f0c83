"""Hostile and damaged zips: nothing is extracted, everything odd is told, nothing stops the run."""

import io
import stat
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake import archive, read_paths
from autograder.intake.archive import zip_folder
from autograder.intake.tree import Unreadable

GATHER = b"async def fetchData(a, b):\n    return a\n"


@pytest.fixture
def read_zip(tmp_path, assignment):
    """Return a function that reads one zip as a submission."""

    def read(data):
        path = tmp_path / "alice.zip"
        path.write_bytes(data)
        (submission,) = read_paths([path], assignment)
        return submission

    return read


def zip_with(*members):
    """Return a zip of (`ZipInfo` or name, content) pairs, `ex1_gather.py` first."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("ex1_gather.py", GATHER)
        file.writestr("ex2_cancel.py", b"")
        for name, content in members:
            file.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("../evil.py", "leads out of the zip"),
        ("a/../../evil.py", "leads out of the zip"),
        ("/etc/evil.py", "leads out of the zip"),
        ("C:\\evil.py", "leads out of the zip"),
        ("..\\evil.py", "leads out of the zip"),
        ("ev\x1bil.py", "is no usable file name"),
        ("ev\u202eil.py", "is no usable file name"),
        ("x" * 300 + ".py", "is no usable file name"),
        ("a/" * 12 + "evil.py", "lies more than 10 folders deep"),
    ],
)
def test_unsafe_names_are_left_out_and_told(read_zip, name, problem):
    submission = read_zip(zip_with((name, b"evil")))

    assert sorted(submission.files) == ["ex1_gather.py", "ex2_cancel.py"]
    assert submission.notes == (f"{name[:200]!a} {problem}: left out",)


def test_backslashes_of_windows_tools_are_folders(read_zip):
    assert read_zip(zip_with(("own\\m.py", b"1"))).files["own/m.py"] == b"1"


def test_links_are_not_followed(read_zip):
    link = zipfile.ZipInfo("link.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    submission = read_zip(zip_with((link, b"/etc/passwd")))

    assert "link.py" not in submission.files
    assert submission.notes == ("link.py is a symbolic link: not followed",)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_last_of_two_members_of_one_name_counts(read_zip):
    submission = read_zip(zip_with(("a.py", b"first"), ("a.py", b"second")))

    assert submission.files["a.py"] == b"second"
    assert submission.notes == ("a.py is in the zip more than once: the last one counts",)


def test_file_and_folder_of_one_name(read_zip):
    submission = read_zip(zip_with(("a.py", b"file"), ("a.py/b.py", b"inside"), ("c/d.py", b""), ("c", b"")))

    assert sorted(submission.files) == ["a.py", "c/d.py", "ex1_gather.py", "ex2_cancel.py"]
    assert submission.notes == (
        "a.py/b.py is both a file and a folder in the zip: left out",
        "c is both a file and a folder in the zip: left out",
    )


def test_bomb_is_not_expanded(read_zip):
    submission = read_zip(zip_with(("bomb.py", b" " * 2**20)))

    assert "bomb.py" not in submission.files
    assert submission.notes == ("bomb.py expands more than 200 times",)


def test_member_that_lies_about_its_size_is_damaged(read_zip):
    data = bytearray(zip_with(("long.py", b"x = 1\n" * 100)))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 5)

    submission = read_zip(bytes(data))

    assert "long.py" not in submission.files
    assert submission.notes[0].startswith("long.py is damaged in the zip")


def test_password_means_not_graded(read_zip):
    data = bytearray(zip_with())
    data[data.index(b"PK\x01\x02") + 8] |= 1

    assert read_zip(bytes(data)).broken == "ex1_gather.py is protected by a password"


def test_other_compression_is_told(read_zip):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as file:
        file.writestr("ex1_gather.py", GATHER)

    assert read_zip(buffer.getvalue()).broken == "ex1_gather.py is compressed in a way other than deflate"


def test_too_many_members(read_zip, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)

    assert read_zip(zip_with(("a.py", b""), ("b.py", b""))).broken == "alice.zip has more than 3 members"


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_damage_anywhere_is_readable_or_unreadable_but_never_a_crash(data):
    original = zip_with(("own/m.py", b"x = 1\n" * 30))
    damaged = bytearray(original)
    for position in data.draw(st.lists(st.integers(0, len(original) - 1), max_size=4)):
        damaged[position] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(original)))

    try:
        folder = zip_folder("x.zip", bytes(damaged[cut:] if data.draw(st.booleans()) else damaged))
        for file in folder.list().files:
            file.read(2**20)
    except Unreadable:
        pass  # a good answer too
