"""Archives as honest programs write them: each kind is read like a folder, wherever it lies.

What is odd, damaged or hostile stands in tests/attacks/archives.
"""

import gzip
import io
import random
import shutil
import subprocess
import tarfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake import paths, read_paths
from autograder.intake.archive import open_archive
from autograder.intake.tree import MAX_TOTAL_BYTES, Allowance, Unreadable

GATHER = b"async def fetchData(a, b):\n    return a\n"
CANCEL = b"async def longRunningJob(a, b):\n    return a\n"
FILES = {"ex1_gather.py": GATHER, "ex2_cancel.py": CANCEL, "own/m.py": b"x = 1\n"}


def make_tar(files, mode="w:gz", form=tarfile.PAX_FORMAT):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=form) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def make_zip(files, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


MAKE = {
    ".zip": make_zip,
    ".ZIP": make_zip,
    ".tar.gz": make_tar,
    ".tgz": make_tar,
    ".tar": lambda files: make_tar(files, "w"),
}
every_kind = pytest.mark.parametrize("kind", MAKE)


def all_files(name, data):
    """Return path to content of all files in an archive."""
    found = {}

    def walk(prefix, folder):
        content = folder.list()
        found.update({prefix + file.name: file.read(2**20) for file in content.files})
        for inner in content.folders:
            walk(f"{prefix}{inner.name}/", inner)

    walk("", open_archive(name, data, Allowance()))
    return found


@every_kind
def test_archive_of_one_submission(tmp_path, assignment, kind):
    (tmp_path / f"alice{kind}").write_bytes(MAKE[kind](FILES))

    (alice,) = read_paths([tmp_path / f"alice{kind}"], assignment)

    assert (alice.id, alice.files, alice.notes, alice.broken) == ("alice", FILES, (), "")


@every_kind
def test_archive_of_a_class_holds_folders_and_archives(tmp_path, assignment, kind):
    members = {f"week/alice/{name}": content for name, content in FILES.items()}
    members |= {f"week/bob{kind}": MAKE[kind](FILES), "week/readme.txt": b""}
    (tmp_path / f"class{kind}").write_bytes(MAKE[kind](members))

    alice, bob = read_paths([tmp_path / f"class{kind}"], assignment)

    assert (alice.id, alice.files) == ("alice", FILES)
    assert (bob.id, bob.files, bob.broken) == ("bob", FILES, "")


@every_kind
def test_archive_as_an_entry_of_a_class(make_tree, assignment, kind):
    root = make_tree({f"alice{kind}": MAKE[kind](FILES), "bob/ex1_gather.py": GATHER})
    warnings = []

    alice, _ = read_paths([root], assignment, warn=warnings.append)

    assert (alice.id, alice.files, alice.notes) == ("alice", FILES, ())
    assert warnings == []


@every_kind
def test_archive_inside_a_students_folder(make_tree, assignment, kind):
    inner = MAKE[kind]({f"src/{name}": content for name, content in FILES.items()})
    root = make_tree({f"alice/handin{kind}": inner, "alice/report.txt": b""})

    (alice,) = read_paths([root], assignment)

    assert (alice.files, alice.notes) == (FILES, ("the files lie in src",))


@every_kind
def test_what_was_left_out_above_the_files_is_told(make_tree, assignment, kind):
    inner = MAKE[kind]({"../evil.py": b"", **{f"src/{name}": content for name, content in FILES.items()}})
    root = make_tree({f"alice/handin{kind}": inner})

    (alice,) = read_paths([root], assignment)

    assert alice.notes == ("the files lie in src", "'../evil.py' leads out of the archive: left out")


@every_kind
def test_what_was_left_out_of_a_class_is_told(tmp_path, assignment, kind):
    members = {f"week/{name}/ex1_gather.py": GATHER for name in ("alice", "bob")}
    (tmp_path / f"class{kind}").write_bytes(MAKE[kind]({"../evil.py": b"", **members}))
    warnings = []

    submissions = read_paths([tmp_path / f"class{kind}"], assignment, warn=warnings.append)

    assert [submission.id for submission in submissions] == ["alice", "bob"]
    assert warnings == [f"{tmp_path / f'class{kind}'}: '../evil.py' leads out of the archive: left out"]


@every_kind
def test_archive_that_is_no_class_but_claims_to_be_one_of_thousands(tmp_path, assignment, kind, monkeypatch):
    monkeypatch.setattr(paths, "MAX_SUBMISSIONS", 1)
    (tmp_path / f"x{kind}").write_bytes(MAKE[kind]({"a/b.txt": b"", "c/d.txt": b""}))

    (submission,) = read_paths([tmp_path / f"x{kind}"], assignment)

    assert submission.broken == f"x{kind} holds more than 1 submissions"


@every_kind
def test_archives_of_a_class_have_one_allowance_together(tmp_path, assignment, kind, monkeypatch):
    monkeypatch.setattr(paths, "MAX_CLASS_ENTRIES", 14)
    inner = MAKE[kind]({"ex1_gather.py": GATHER, **{f"{number}.txt": b"" for number in range(4)}})
    (tmp_path / f"x{kind}").write_bytes(MAKE[kind]({f"{name}{kind}": inner for name in "abc"}))

    a, _, c = read_paths([tmp_path / f"x{kind}"], assignment)

    assert (a.broken, a.files) == ("", {"ex1_gather.py": GATHER})
    assert c.broken.startswith(f"c{kind} holds too much")


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_form_of_tar(form):
    files = {**FILES, "a" * 60 + "/" + "b" * 80 + "/deep.py": b"1", "grüße/ä.py": b"2"}

    assert all_files("x.tar.gz", make_tar(files, form=form)) == files


def test_tar_as_the_command_writes_it(make_tree, tmp_path):
    root = make_tree(FILES)
    subprocess.run(["tar", "-C", root, "-czf", tmp_path / "x.tgz", "."], check=True)

    assert all_files("x.tgz", (tmp_path / "x.tgz").read_bytes()) == FILES


@pytest.mark.skipif(shutil.which("zip") is None, reason="there is no zip command here")
def test_zip_as_the_command_writes_it(make_tree, tmp_path):
    root = make_tree(FILES)
    subprocess.run(["zip", "-qr", tmp_path / "x.zip", "."], check=True, cwd=root)

    assert all_files("x.zip", (tmp_path / "x.zip").read_bytes()) == FILES


def test_zip_that_was_written_into_a_pipe():
    class Pipe(io.RawIOBase):
        def __init__(self):
            self.data = b""

        def writable(self):
            return True

        def write(self, data):
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"handed in on Friday"
        for name, content in FILES.items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(content)

    assert all_files("x.zip", pipe.data) == FILES


def test_zip_with_a_large_directory(monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)

    data = make_zip(FILES)

    assert b"PK\6\6" in data
    assert all_files("x.zip", data) == FILES


def test_names_of_apple_are_utf8_although_they_do_not_say_so():
    data = make_zip({"grüße.py": b""})
    directory = data.index(b"PK\1\2")
    unmarked = data[:6] + b"\0\0" + data[8 : directory + 8] + b"\0\0" + data[directory + 10 :]

    assert list(all_files("x.zip", unmarked)) == ["grüße.py"]


def test_names_in_an_old_code_page():
    data = make_zip({"ab.py": b""}).replace(b"ab.py", b"a\x81.py")

    assert list(all_files("x.zip", data)) == ["aü.py"]


def test_zeros_and_a_newline_behind_the_end_do_no_harm():
    assert all_files("x.zip", make_zip(FILES) + b"\n") == FILES
    assert all_files("x.tar.gz", make_tar(FILES) + bytes(512)) == FILES


def test_tar_in_several_gzips():
    data = make_tar(FILES, "w")

    parts = [gzip.compress(data[at : at + 700]) for at in range(0, len(data), 700)]

    assert all_files("x.tar.gz", b"".join(parts)) == FILES


def test_environments_and_hidden_folders_in_a_tar_use_up_nothing(make_tree, assignment):
    source = (random.Random(1).randbytes(2**14) * 64)[: 2**20]
    large = {f".venv/lib/site-packages/m{number}.py": source for number in range(21)}
    root = make_tree({"alice.tgz": make_tar({**large, **FILES})})

    (alice,) = read_paths([root], assignment)

    assert len(large) * 2**20 > MAX_TOTAL_BYTES
    assert (alice.files, alice.notes) == (FILES, ())


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz", "x.tar"])
@pytest.mark.parametrize("data", [b"", b"\x1f\x8b", b"PK\5\6", b"nonsense"])
def test_what_is_no_archive_says_so(name, data):
    with pytest.raises(Unreadable, match=r"not a readable|cut off"):
        open_archive(name, data, Allowance())


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="/\\:"), min_size=1
)


@given(
    st.dictionaries(
        NAMES.filter(lambda name: not name.startswith(".")), st.binary(max_size=2_000), max_size=5
    )
)
@settings(max_examples=100, deadline=None)
@pytest.mark.parametrize("kind", [".zip", ".tar"])
def test_what_was_packed_is_what_is_read(kind, files):
    files = {name[:40] + ".py": content for name, content in files.items()}

    assert all_files(f"x{kind}", MAKE[kind](files)) == files
