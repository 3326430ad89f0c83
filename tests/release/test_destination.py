"""Where a bundle is written: whole or not at all, and never over what a student did."""

from __future__ import annotations

import errno
import json
import os
import zipfile
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.release import Destination
from autograder.release.manifest import FORMAT, digest

FIRST = {
    "README.md": b"read\n",
    "ex1.py": b"blank(1)\n",
    ".vscode/settings.json": b"{}\n",
    "old.txt": b"old\n",
}
SECOND = {
    "README.md": b"read again\n",
    "ex1.py": b"blank(1)  # better\n",
    ".vscode/settings.json": b"{}\n",
    "new.md": b"new\n",
}


def bundle(files: dict[str, bytes], assignment: str = "tiny") -> dict[str, bytes]:
    manifest = {
        "format": FORMAT,
        "assignment": assignment,
        "files": {name: digest(content) for name, content in sorted(files.items())},
    }
    return {**files, "manifest.json": json.dumps(manifest).encode()}


def write(target: Path, files: dict[str, bytes], *, force: bool = False, assignment: str = "tiny") -> None:
    Destination(target, []).write(bundle(files, assignment), assignment, force)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b"<folder>"
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir() or not any(path.iterdir())
    }


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_a_new_folder_holds_the_files_and_nothing_stays_beside_it(target: Path) -> None:
    write(target, FIRST)

    assert tree(target) == bundle(FIRST)
    assert [path.name for path in target.parent.iterdir()] == ["out"]


def test_an_empty_folder_is_filled_where_it_is(target: Path) -> None:
    target.mkdir()
    before = target.stat().st_ino

    write(target, FIRST)

    assert tree(target) == bundle(FIRST)
    assert target.stat().st_ino == before  # a shell may be in it


def test_a_new_release_replaces_our_files_only(target: Path) -> None:
    write(target, FIRST)
    (target / "notes.txt").write_text("mine")
    (target / ".vscode" / "mine.json").write_text("{}")
    (target / "README.md").unlink()

    write(target, SECOND)

    mine = {"notes.txt": b"mine", ".vscode/mine.json": b"{}"}
    assert tree(target) == {**bundle(SECOND), **mine}


def test_what_a_student_changed_is_named_and_kept_unless_forced(target: Path) -> None:
    write(target, FIRST)
    (target / "ex1.py").write_text("print(1)\n")
    (target / "new.md").write_text("my own\n")
    (target / "old.txt").write_text("changed\n")
    before = tree(target)

    with pytest.raises(UsageError, match=r"ex1\.py, new\.md\. Nothing was written\. .*--force"):
        write(target, SECOND)
    assert tree(target) == before

    write(target, SECOND, force=True)
    assert tree(target) == {**bundle(SECOND), "old.txt": b"changed\n"}


def test_a_file_that_already_is_as_in_the_new_release_is_not_taken_for_changed(target: Path) -> None:
    """As after a release that was killed before it wrote the manifest."""
    write(target, FIRST)
    (target / "ex1.py").write_bytes(SECOND["ex1.py"])

    write(target, SECOND)

    assert tree(target) == bundle(SECOND)


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_another_assignments_bundle_is_replaced_only_if_forced(name: str, tmp_path: Path) -> None:
    target = tmp_path / name
    write(target, FIRST, assignment="other")
    before = tree(tmp_path)

    with pytest.raises(
        UsageError, match=r"bundle of other\b.*, not of tiny\. Nothing was written\. .*--force"
    ):
        write(target, SECOND)
    assert tree(tmp_path) == before

    write(target, SECOND, force=True)
    write(target, SECOND)
    expected = tmp_path / "new" / name
    expected.parent.mkdir()
    write(expected, SECOND)
    assert tree(target) == tree(expected)
    if target.is_file():
        assert target.read_bytes() == expected.read_bytes()


@pytest.mark.parametrize(
    "name",
    ["o.tar", "o.tar.gz", "o.tgz", "o.tar.bz2", "o.tbz2", "o.tar.xz", "o.txz", "o.7z", "O.TAR.GZ", "o.rar"],
)
def test_no_folder_gets_an_archives_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"only as \.zip"):
        write(tmp_path / name, FIRST)

    assert not [*tmp_path.iterdir()]


def foreign(target: Path, what: str) -> None:
    target.mkdir()
    (target / "manifest.json").write_text(what)
    (target / "thesis.txt").write_text("3 years of work")


NO_BUNDLES = {
    "another program's manifest": '{"format": "webextension", "files": {}}',
    "no JSON": "{",
    "deep": "[" * 100_000,
    "a list": "[]",
    "no files": json.dumps({"format": FORMAT}),
    "files that leave the folder": json.dumps({"format": FORMAT, "files": {"../x": "0" * 64}}),
    "files from the root": json.dumps({"format": FORMAT, "files": {"/etc/x": "0" * 64}}),
    "no digests": json.dumps({"format": FORMAT, "files": {"x": 1}}),
}


@pytest.mark.parametrize("name", NO_BUNDLES)
@pytest.mark.parametrize("force", [False, True])
def test_a_folder_with_other_things_is_refused(name: str, force: bool, target: Path) -> None:
    foreign(target, NO_BUNDLES[name])
    before = tree(target)

    with pytest.raises(UsageError, match=r"not empty, and is no earlier bundle"):
        write(target, FIRST, force=force)

    assert tree(target) == before


def test_a_link_or_a_folder_in_the_place_of_a_file_is_refused(target: Path, tmp_path: Path) -> None:
    write(target, FIRST)
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "settings.json").write_text("precious")
    for place, make in (
        ("ex1.py", lambda path: path.symlink_to(precious / "settings.json")),
        ("README.md", lambda path: path.mkdir()),
        (".vscode", lambda path: path.symlink_to(precious)),
        (".vscode", lambda path: path.write_text("a file")),
    ):
        path = target / place
        kept = tmp_path / "kept"
        path.rename(kept)
        make(path)
        with pytest.raises(UsageError, match=rf"{place}: this stands where a file of the bundle belongs"):
            write(target, SECOND, force=True)
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        kept.rename(path)

    assert tree(precious) == {"settings.json": b"precious"}
    assert tree(target) == bundle(FIRST)


def test_what_fails_halfway_leaves_everything_as_it_was(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(target, FIRST)
    before = tree(target)
    rename = Path.rename
    count = 0

    def fail_at(number: int) -> None:
        def full(self: Path, other: Path) -> Path:
            nonlocal count
            count += 1
            if count == number:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return rename(self, other)

        monkeypatch.setattr(Path, "rename", full)

    for number in range(1, 11):  # 4 old files away, 5 new ones in, 1 obsolete one away
        count = 0
        fail_at(number)
        with pytest.raises(UsageError, match=r"cannot be written \(No space left"):
            write(target, {**SECOND, "folder/deep.txt": b"x"})
        assert tree(target) == before, number

    monkeypatch.setattr(Path, "rename", rename)
    write(target, SECOND)
    assert tree(target) == bundle(SECOND)


def test_places_that_cannot_be_written_to_are_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    for target, what in (
        (file, "this is a file"),
        (file / "out", "there is no folder"),
        (tmp_path / "no" / "out", "Make it first"),
        (Path("/proc/out"), "cannot be written"),
        (Path("/proc/out.zip"), "cannot be written"),
        (tmp_path / "bad\0name", "no path that can be followed"),
        (tmp_path / ("x" * 300), "cannot be"),
    ):
        with pytest.raises(UsageError, match=what):
            write(target, FIRST)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_folders_of_the_course_are_kept_free(tmp_path: Path) -> None:
    (tmp_path / "assignments" / "tiny").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "assignments")

    for target in ("assignments", "assignments/tiny", "assignments/new", "assignments/new.zip", "link/new"):
        with pytest.raises(UsageError, match="among the course's own files"):
            Destination(tmp_path / target, [tmp_path / "assignments"])
    Destination(tmp_path / "assignments2", [tmp_path / "assignments"])


def test_an_archive_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    write(tmp_path / "a.zip", FIRST)
    write(tmp_path / "B.ZIP", dict(reversed(FIRST.items())))

    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "B.ZIP").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(f"tiny/{name}" for name in bundle(FIRST))
        assert {name: archive.read(f"tiny/{name}") for name in FIRST} == FIRST
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_archive_takes_the_place_of_an_earlier_one_and_of_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    write(target, FIRST)
    write(target, SECOND)
    with zipfile.ZipFile(target) as archive:
        assert archive.read("tiny/new.md") == b"new\n"

    for content in (b"", b"PK\3\4 and then nothing", b"text"):
        target.write_bytes(content)
        with pytest.raises(UsageError, match="something else than an earlier bundle"):
            write(target, FIRST, force=True)
        assert target.read_bytes() == content
    target.unlink()
    target.mkdir()
    with pytest.raises(UsageError, match="something else than an earlier bundle"):
        write(target, FIRST)
    target.rmdir()
    target.symlink_to(tmp_path / "nowhere.zip")
    write(target, FIRST)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["nowhere.zip", "out.zip"]
