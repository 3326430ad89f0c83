"""A folder in which a student's program, or a hostile archive that somebody extracted, has prepared something."""

import hashlib
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.intake import read_paths
from autograder.intake.folder import disk_class, disk_file, disk_folder
from autograder.intake.tree import Unreadable

GATHER = b"async def fetchData(a, b):\n    return a\n"
CANCEL = b"async def longRunningJob(a, b):\n    return a\n"
SECRET = b"# the canary\n"


@pytest.fixture
def root(make_tree):
    """A class: alice has prepared something, bob is honest."""
    return make_tree({"alice/ex1_gather.py": GATHER, "bob/ex2_cancel.py": CANCEL})


@pytest.fixture
def secret(tmp_path):
    (tmp_path / "secret.py").write_bytes(SECRET)
    return tmp_path / "secret.py"


def read_alice(root, assignment):
    alice, bob = read_paths([root], assignment)
    assert bob.files == {"ex2_cancel.py": CANCEL}
    assert SECRET not in alice.files.values()
    return alice


def only_file(folder):
    (file,) = folder.list().files
    return file


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "../../secret.py", "../bob/ex2_cancel.py", "loop/../../bob"]
)
def test_link_that_leads_out_is_not_followed(root, assignment, secret, target):
    os.symlink(".", root / "alice/loop")
    os.symlink(target, root / "alice/ex2_cancel.py")

    alice = read_alice(root, assignment)

    assert alice.files == {"ex1_gather.py": GATHER}
    assert any(note.startswith("ex2_cancel.py is a symbolic link") for note in alice.notes)


def test_link_by_way_of_a_neighbour_in_the_same_folder_is_followed_to_its_end(root, assignment, secret):
    os.symlink(secret, root / "alice/middle")
    os.symlink("middle", root / "alice/ex2_cancel.py")

    assert read_alice(root, assignment).files == {"ex1_gather.py": GATHER}


def test_archive_of_a_class_that_is_a_link_is_not_graded(root, assignment, make_zip):
    (root / "bob.zip").write_bytes(make_zip({"ex1_gather.py": GATHER}))
    os.symlink("bob.zip", root / "carol.zip")

    submissions = {submission.id: submission for submission in read_paths([root], assignment)}

    assert submissions["carol"].broken.startswith(
        "carol.zip is a symbolic link, maybe to somebody else's work"
    )
    assert not submissions["carol"].files


def test_hard_link_is_not_read(root, assignment, secret):
    os.link(secret, root / "alice/stolen.py")

    alice = read_alice(root, assignment)

    assert alice.files == {"ex1_gather.py": GATHER}
    assert any(note.startswith("stolen.py is a hard link") for note in alice.notes)


def test_hard_link_in_the_place_of_a_solution_is_not_graded(root, assignment, secret):
    os.link(secret, root / "alice/ex2_cancel.py")

    assert read_alice(root, assignment).broken == (
        "ex2_cancel.py is a hard link: the same file may lie outside of the folder. "
        "Copy the folder and grade the copy"
    )


def make_socket(path):
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(os.path.relpath(path))  # a name for a socket must be short


@pytest.mark.parametrize("make", [os.mkfifo, make_socket], ids=["fifo", "socket"])
@pytest.mark.parametrize("name", ["ex2_cancel.py", "handin.zip", "handin.tar.gz"])
def test_what_is_no_ordinary_file_is_not_opened(root, assignment, monkeypatch, make, name):
    monkeypatch.chdir(root)
    make(root / "alice" / name)
    os.rename(root / "alice/ex1_gather.py", root / "alice/other.txt")

    assert read_alice(root, assignment).broken == f"{name} is not an ordinary file"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make devices")
def test_device_is_not_opened(root, assignment):
    os.mknod(root / "alice/ex2_cancel.py", 0o20666, os.makedev(1, 5))  # /dev/zero

    assert read_alice(root, assignment).broken == "ex2_cancel.py is not an ordinary file"


def test_named_files_and_folders_are_read_through_no_link_that_a_pattern_may_have_met(
    root, assignment, secret
):
    os.symlink(secret, root / "alice/evil.py")
    os.symlink("ex1_gather.py", root / "alice/copy.py")
    os.symlink(root / "bob", root / "carol")
    warnings = []

    carol, copy, evil = read_paths(
        [root / "carol", root / "alice/copy.py", root / "alice/evil.py"], assignment, warn=warnings.append
    )

    assert evil.broken.startswith("evil.py is a symbolic link that leads out of its folder")
    assert copy.files == {"ex1_gather.py": GATHER}
    assert carol.files == {"ex2_cancel.py": CANCEL}
    assert warnings == [f"{root / 'carol'} is a symbolic link: what is graded is {root / 'bob'}"]


def test_file_that_becomes_a_link_after_it_was_seen(root, secret):
    file = only_file(disk_folder(root / "alice"))
    os.remove(root / "alice/ex1_gather.py")
    os.symlink(secret, root / "alice/ex1_gather.py")

    with pytest.raises(Unreadable, match="symbolic link"):
        file.read(10_000)


def test_file_that_becomes_a_link_between_the_look_and_the_opening(root, secret, monkeypatch):
    file = only_file(disk_folder(root / "alice"))
    look = os.stat

    def swap(path, **options):
        status = look(path, **options)
        os.remove(root / "alice/ex1_gather.py")
        os.symlink(secret, root / "alice/ex1_gather.py")
        return status

    monkeypatch.setattr(os, "stat", swap)

    with pytest.raises(Unreadable, match=r"ex1_gather\.py cannot be read"):
        file.read(10_000)


def test_folder_that_becomes_a_link_after_it_was_seen(root, tmp_path):
    alice, _ = disk_class(root).list().folders
    file = only_file(alice)
    os.rename(root / "alice", tmp_path / "elsewhere")
    os.symlink(root / "bob", root / "alice")
    os.symlink("ex2_cancel.py", root / "bob/ex1_gather.py")

    with pytest.raises(Unreadable, match="the folder alice cannot be read"):
        alice.list()
    with pytest.raises(Unreadable, match=r"ex1_gather\.py cannot be read"):
        file.read(10_000)


def test_link_that_leads_elsewhere_after_it_was_seen(root, secret):
    (root / "alice/sub").mkdir()
    (root / "alice/sub/own.py").write_bytes(b"own")
    os.symlink("sub/own.py", root / "alice/alias.py")
    alias, _ = disk_folder(root / "alice").list().files
    os.remove(root / "alice/sub/own.py")
    os.symlink(secret, root / "alice/sub/own.py")

    with pytest.raises(Unreadable, match=r"alias\.py is a symbolic link"):
        alias.read(10_000)


def test_file_that_vanishes_after_it_was_seen(root):
    file = only_file(disk_folder(root / "alice"))
    os.remove(root / "alice/ex1_gather.py")

    with pytest.raises(Unreadable, match=r"ex1_gather\.py cannot be read: No such file"):
        file.read(10_000)


def test_file_that_is_being_written_is_not_graded(root, monkeypatch):
    """An upload that goes on while we read: half a solution must not be marked."""
    fstat = os.fstat

    def write_on(descriptor):
        status = fstat(descriptor)
        with open(root / "alice/ex1_gather.py", "ab") as file:
            file.write(b"#")
        return status

    monkeypatch.setattr(os, "fstat", write_on)

    with pytest.raises(Unreadable, match="was being written while it was read"):
        disk_file(root / "alice/ex1_gather.py").read(10_000)


def test_huge_sparse_file_is_refused_by_its_size(root, assignment):
    os.truncate(root / "alice/ex1_gather.py", 2**40)

    alice = read_alice(root, assignment)

    assert alice.broken == "ex1_gather.py is 1048576.0 MiB long; at most 1.0 MiB are read"


def test_file_without_end_is_read_up_to_the_limit_only():
    """Its size is 0, as the kernel says of all these files."""
    with pytest.raises(Unreadable, match="at most 1 KiB are read"):
        disk_file(Path("/proc/self/maps")).read(1024)


@pytest.mark.parametrize("name", [b"e\x1b[2Jvil", "ev\u202eil".encode(), b"ren\xe9", b"new\nline"])
def test_names_that_cannot_be_shown_are_escaped(root, assignment, name):
    entry = os.path.join(os.fsencode(root), name)
    os.mkdir(entry)
    with open(os.path.join(entry, name + b".py"), "wb") as file:
        file.write(GATHER)

    submissions = read_paths([root], assignment)
    (odd,) = [submission for submission in submissions if submission.id not in ("alice", "bob")]

    assert odd.id.isascii()
    assert odd.id.isprintable()
    assert f"{odd.id}.py was taken for ex1_gather.py" in odd.notes
    assert all(note.isprintable() for note in odd.notes)


def test_names_that_look_alike_are_told(root, assignment):
    (root / "alice/EX1_gather.py").write_bytes(b"evil")

    alice = read_alice(root, assignment)

    assert alice.files["ex1_gather.py"] == GATHER
    assert any(note.startswith("EX1_gather.py and ex1_gather.py look alike") for note in alice.notes)


def test_endless_folders_are_not_searched_for_ever(root, assignment):
    alice = root / "alice"
    os.rename(alice / "ex1_gather.py", alice / "other.txt")
    for number in range(1_100):
        (alice / f"d{number}").mkdir()

    submission = read_alice(root, assignment)

    assert submission.broken == "more than 1000 folders: the rest was not searched"


def test_folder_with_too_many_entries_is_cut(root, assignment, monkeypatch):
    monkeypatch.setattr("autograder.intake.folder.MAX_ENTRIES", 3)
    for number in range(5):
        (root / f"alice/m{number}.py").write_bytes(b"")

    alice = read_alice(root, assignment)

    assert len(alice.files) == 3
    assert "more than 3 entries: the rest was not looked at" in alice.notes


READ = """
import json, os, sys
from pathlib import Path
from autograder.intake.folder import disk_class, disk_folder
from autograder.intake.tree import Unreadable
os.setuid(65534)
said = []
for read in (lambda: disk_folder(Path(sys.argv[1])).list().files[0].read(100), disk_class(Path(sys.argv[2])).list):
    try: read()
    except Unreadable as error: said.append([type(error).__name__, str(error)])
print(json.dumps(said))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")
def test_what_the_system_refuses_to_show_says_so(root, tmp_path):
    for folder in (tmp_path, *tmp_path.parents[:-1]):
        if not os.stat(folder).st_mode & 0o001 and folder.name.startswith(
            ("pytest-", "popen-", tmp_path.name)
        ):
            folder.chmod(0o755)
    (root / "alice/ex1_gather.py").chmod(0)
    (root / "bob").chmod(0)

    done = subprocess.run(
        [sys.executable, "-c", READ, root / "alice", root / "bob"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert json.loads(done.stdout or "0") == [
        ["Inaccessible", "ex1_gather.py cannot be read: Permission denied"],
        ["Inaccessible", "the folder bob cannot be read: Permission denied"],
    ], done.stderr


def test_nothing_that_was_handed_in_is_changed(root, assignment, make_zip):
    (root / "carol.zip").write_bytes(make_zip({"ex1_gather.py": GATHER}))
    os.symlink("ex1_gather.py", root / "alice/alias.py")
    before = snapshot(root)

    read_paths([root], assignment)

    assert snapshot(root) == before


def snapshot(root):
    """Return what can be told of every file and folder: content, times, rights, links."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files, "."):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            content = b""
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    content = file.read()
            digest = hashlib.sha256(content).hexdigest()
            found[path] = (status.st_mode, status.st_ino, status.st_mtime_ns, status.st_ctime_ns, digest)
    return found
