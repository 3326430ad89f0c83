"""A folder of clones: made by the real git, read without it."""

import os
import shutil
import stat
import subprocess
import zlib
from pathlib import Path

import pytest

from autograder.intake.exports.commit import commit_time
from autograder.intake.exports.pack import Damaged, apply_delta, find_in_index, read_from_pack
from autograder.intake.tree import Unreadable

GATHER = b"async def fetchData(x):\n    return x\n"
TIME = "2026-03-01T23:10:05-08:00"
LATER = "2026-03-02T01:00:00+05:30"


def git(folder: Path, *arguments: str, time: str = TIME) -> str:
    settings = {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_AUTHOR_DATE": "2020-01-01T00:00:00+00:00",
        "GIT_COMMITTER_DATE": time,
        "PATH": os.environ["PATH"],
    }
    for role in ("AUTHOR", "COMMITTER"):
        settings |= {f"GIT_{role}_NAME": "Zoë > Müller", f"GIT_{role}_EMAIL": "z@college.example"}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=settings, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def clone(folder: Path, time: str = TIME) -> Path:
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    (folder / "ex1_gather.py").write_bytes(GATHER)
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "hand in\n\ncommitter a <b> 1 +0000", time=time)
    return folder


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    root = tmp_path_factory.mktemp("git") / "clones"
    clone(root / "lab-1-alice")
    clone(root / "lab-1-bob", LATER)
    return root


@pytest.fixture
def clones(originals, tmp_path):
    return Path(shutil.copytree(originals, tmp_path / "clones"))


def test_a_clone_is_a_submission_handed_in_with_its_last_commit(exported, clones):
    (clones / "lab-1-bob" / "ex2_cancel.py").write_bytes(
        b"x = 1\n"
    )  # not committed: what lies there is graded
    (clones / "notes.txt").write_text("by the teacher")

    found = exported(clones)

    alice, bob = found["lab-1-alice"], found["lab-1-bob"]
    assert alice.origin.submitted_at == TIME
    assert bob.origin.submitted_at == LATER
    assert alice.origin.keys == {"github_user": "alice"}
    assert alice.origin.system == "git"
    assert alice.files == {"ex1_gather.py": GATHER}
    assert "ex2_cancel.py" in bob.files
    assert exported.heard("notes.txt: neither a clone nor an archive")
    assert "a folder of git clones: 2 submissions" in exported.told[0]


def test_the_reports_of_an_earlier_run_are_no_reason_to_doubt(exported, clones):
    from autograder.intake import Reading, read_handed_in

    (clones / "reports").mkdir()
    found = read_handed_in([clones], exported.assignment, Reading(), leave_out=clones / "reports")

    assert {each.origin.system for each in found.submissions} == {"git"}
    assert len(found.submissions) == 2


def test_packed_and_changed_many_times_it_is_the_same(clones):
    folder = clones / "lab-1-alice"
    for number in range(9):
        git(folder, "commit", "-q", "--allow-empty", "-m", f"{'long text ' * 40}{number}", time=LATER)
    git(folder, "gc", "-q")
    git(folder, "pack-refs", "--all")
    assert not (folder / ".git" / "refs" / "heads" / "main").exists()

    assert commit_time(clones, "lab-1-alice") == LATER
    git(folder, "checkout", "-q", "--detach", "HEAD~9")
    assert commit_time(folder) == TIME


def test_a_commit_that_is_a_delta_is_read(tmp_path):
    """Commits are deltas only now and then, so one is made so: by offset and by id."""
    commit = b"tree " + b"0" * 40 + b"\ncommitter A <a@b> 1772435405 -0800\n\nfirst\n"
    delta = bytes([len(commit), len(commit) + 1, 0x90 | 0x00, len(commit) - 1, 2]) + b"!\n"
    base = bytes([0x80 | 1 << 4 | len(commit) & 15, len(commit) >> 4]) + zlib.compress(commit)
    pack = b"PACK" + bytes(8) + base
    at = len(pack)
    pack += bytes([6 << 4 | len(delta), at - 12]) + zlib.compress(delta)

    assert read_from_pack(pack, b"", 12, 20) == ("commit", commit)
    assert read_from_pack(pack, b"", at, 20) == ("commit", commit[:-1] + b"!\n")


def test_a_local_clone_with_hard_links_is_read(tmp_path, clones):
    git(tmp_path, "clone", "-q", "--local", str(clones / "lab-1-alice"), str(tmp_path / "copy"))

    assert commit_time(tmp_path / "copy") == TIME


def test_neither_hooks_nor_settings_of_a_clone_are_run(exported, clones, tmp_path):
    mark = tmp_path / "mark"
    script = clones / "lab-1-alice" / ".git" / "hooks" / "evil"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f"#!/bin/sh\ntouch {mark}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    for name in ("post-checkout", "pre-auto-gc", "fsmonitor-watchman", "reference-transaction"):
        (script.parent / name).write_bytes(script.read_bytes())
        (script.parent / name).chmod(0o755)
    settings = "".join(f"{name} = {script}\n" for name in ("fsmonitor", "pager", "sshCommand"))
    with (clones / "lab-1-alice" / ".git" / "config").open("a") as config:
        config.write(f"[core]\n{settings}worktree = /\n[include]\npath = /dev/zero\n")

    found = exported(clones)

    assert found["lab-1-alice"].origin.submitted_at == TIME
    assert not mark.exists()


def test_what_leads_out_of_a_clone_is_not_followed(exported, clones, tmp_path):
    secret = tmp_path / "secret"
    shutil.move(clones / "lab-1-bob", secret)
    clone(clones / "lab-1-bob")
    alice, bob = clones / "lab-1-alice" / ".git", clones / "lab-1-bob" / ".git"
    head = git(secret, "rev-parse", "HEAD")
    (alice / "refs" / "heads" / "main").write_text(head)
    (alice / "objects" / "info").mkdir(exist_ok=True)
    (alice / "objects" / "info" / "alternates").write_text(f"{secret}/.git/objects\n")
    (bob / "HEAD").write_text("ref: refs/../../../../secret/.git/refs/heads/main\n")
    shutil.copytree(clones / "lab-1-alice", clones / "lab-1-cy")
    (clones / "lab-1-cy" / ".git" / "refs" / "heads" / "main").unlink()
    (clones / "lab-1-cy" / ".git" / "refs" / "heads" / "main").symlink_to(
        secret / ".git" / "refs" / "heads" / "main"
    )

    found = exported(clones)

    assert {each.origin.submitted_at for each in found.values()} == {""}
    assert all(any("nobody knows when" in note for note in each.notes) for each in found.values())
    assert all(each.files for each in found.values())


def test_a_damaged_clone_has_no_time(clones):
    folder = clones / "lab-1-alice"
    head = git(folder, "rev-parse", "HEAD")
    path = folder / ".git" / "objects" / head[:2] / head[2:]
    path.chmod(0o644)
    damaged = (
        b"",
        zlib.compress(b"commit 5\0" + bytes(50_000_000)),
        b"no zlib",
        zlib.compress(b"tree 0\0"),
        zlib.compress(b"commit 5\0tree x\n\ncommitter A <a> 1 +0000"),
        zlib.compress(b"commit 5\0committer A <a> 999999999999 +9999\n\n"),
    )
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(Unreadable):
            commit_time(clones, "lab-1-alice")
    path.unlink()
    with pytest.raises(Unreadable):
        commit_time(clones, "lab-1-alice")


def test_damaged_packs_are_told_and_never_crash(clones):
    folder = clones / "lab-1-alice"
    git(folder, "gc", "-q")
    (index,) = (folder / ".git" / "objects" / "pack").glob("*.idx")
    pack = index.with_suffix(".pack").read_bytes()
    number = bytes.fromhex(git(folder, "rev-parse", "HEAD"))
    whole = index.read_bytes()
    place = find_in_index(whole, number)
    assert place is not None
    assert read_from_pack(pack, whole, place, 20)[0] == "commit"

    for cut in range(0, len(whole), 37):
        try:
            find_in_index(whole[:cut], number)
        except Damaged:
            continue
    for position in range(place, len(pack), 3):
        broken = pack[:position] + bytes([pack[position] ^ 0xFF]) + pack[position + 1 :]
        try:
            read_from_pack(broken, whole, place, 20)
        except Damaged:
            continue
    with pytest.raises(Damaged):
        read_from_pack(b"PACK" + bytes(8) + b"\x6f\x00" * 9, b"", 13, 20)
    for delta in (b"", b"\x01", b"\x05\x05\xff", b"\x03\x7f\x90\xff", b"\xff" * 30):
        with pytest.raises((Damaged, IndexError)):
            apply_delta(b"abc", delta)


def test_a_folder_with_one_that_is_no_clone_is_an_ordinary_class_unless_it_is_said(exported, clones):
    (clones / "carol").mkdir()
    (clones / "carol" / "ex1_gather.py").write_bytes(GATHER)

    assert {each.origin.system for each in exported(clones).values()} == {""}
    assert exported.told == []

    found = exported(clones, source="git")
    assert found["carol"].origin.submitted_at == ""
    assert found["lab-1-alice"].origin.submitted_at == TIME


def test_a_clone_of_the_teachers_with_a_class_in_it_is_an_ordinary_class(exported, tmp_path):
    root = clone(tmp_path / "homework")
    (root / "ex1_gather.py").unlink()
    for name in ("alice", "bob"):
        (root / name).mkdir()
        (root / name / "ex1_gather.py").write_bytes(GATHER)

    found = exported(root)

    assert [(name, bool(each.origin)) for name, each in found.items()] == [("alice", False), ("bob", False)]


def test_a_single_clone_is_one_when_it_is_said(exported, clones):
    (clones / "lab-1-alice" / "src").mkdir()

    found = exported(clones / "lab-1-alice", source="git")

    assert list(found) == ["lab-1-alice"]
    assert found["lab-1-alice"].origin.submitted_at == TIME
    assert found["lab-1-alice"].files == {"ex1_gather.py": GATHER}
