"""Which jail is used where, that a weaker one is never used in silence, and what each is started with."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from lab import every_backend

from autograder.errors import JailUnavailable, UsageError
from autograder.jail.host import BACKENDS, Jail, choose_jail, find_interpreter
from autograder.jail.host.cache import cached_folder
from autograder.jail.host.cgroup import ControlGroup
from autograder.jail.host.copied import copied_python, is_reachable
from autograder.jail.host.identity import own_user
from autograder.jail.limits import JailLimits
from autograder.model import JAILS

ROOT = Path(__file__).resolve().parents[2]
RESTRICT = ROOT / "tests" / "attacks" / "harness" / "restrict.py"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives its jails a user of their own")

CHOOSE = """
from autograder.jail.host import choose_jail
from autograder.errors import AutograderError
try:
    choice = choose_jail({wanted!r}, {required!r})
    print(choice.backend, *choice.passed_over, sep="\\n")
except AutograderError as error:
    print(type(error).__name__, error)
"""


def choose(tmp_path: Path, *rights: str, wanted: str = "auto", required: str = "") -> str:
    """Return what is chosen by a process with fewer rights."""
    command = [sys.executable, RESTRICT, tmp_path / "result.json", *rights, "--", sys.executable, "-c"]
    command.append(CHOOSE.format(wanted=wanted, required=required))
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_names_are_those_that_an_assignment_may_require():
    assert tuple(BACKENDS) == JAILS


@as_root
def test_strongest_jail_that_works_is_chosen_and_those_passed_over_are_told(tmp_path):
    assert choose(tmp_path) == "bwrap\n"
    no_namespaces = choose(tmp_path, "--deny-namespaces").splitlines()
    assert no_namespaces[0] == "landlock"
    assert no_namespaces[1].startswith("the bwrap jail cannot be used here: it did not start (bwrap: ")
    neither = choose(tmp_path, "--deny-namespaces", "--without-landlock").splitlines()
    assert neither[0] == "chroot"
    assert neither[2] == (
        "the landlock jail cannot be used here: this machine lacks what it rests on (landlock)"
    )


@as_root
def test_demand_of_the_assignment_is_not_undercut(tmp_path):
    said = choose(tmp_path, "--deny-namespaces", required="bwrap")

    assert said.startswith(
        "JailUnavailable student code cannot be locked in on this machine (assignment.toml "
    )
    assert "requires bwrap" in said
    assert "--jail plain" in said


def test_weaker_jail_than_required_is_refused():
    with pytest.raises(UsageError, match=r"weaker than landlock, which assignment\.toml requires"):
        choose_jail("chroot", "landlock")
    with pytest.raises(UsageError, match="weaker than bwrap"):
        choose_jail("plain", "bwrap")
    assert choose_jail("plain", "plain").backend == "plain"


def test_plain_is_never_chosen_by_itself(monkeypatch, tmp_path):
    names = []

    def nothing_works(name: str) -> None:
        names.append(name)
        raise JailUnavailable("no")

    from autograder.jail.host import choose

    with pytest.raises(JailUnavailable, match="cannot be locked in"):
        choose.choose_jail("auto", "", nothing_works)
    assert names == [name for name in BACKENDS if name != "plain"]


@as_root
def test_named_jail_that_does_not_work_is_an_error_and_no_fallback(tmp_path):
    said = choose(tmp_path, "--deny-namespaces", wanted="bwrap")

    assert said.startswith("JailUnavailable the bwrap jail cannot be used here: it did not start")


def test_jail_that_lacks_a_promised_layer_is_refused(monkeypatch):
    real = BACKENDS["plain"]
    monkeypatch.setitem(BACKENDS, "plain", replace(real, needs=frozenset({"user", "seccomp"})))
    if os.geteuid() != 0:
        pytest.skip("only root can be found to run a jail as root")
    jail = Jail("plain", find_interpreter())
    jail._process = None
    os_user = own_user()
    assert os_user is not None

    with pytest.raises(JailUnavailable, match=re.escape("(user)")):
        jail.start({})


@as_root
def test_each_worker_has_a_user_of_its_own():
    mine = own_user()
    program = "from autograder.jail.host.identity import own_user; print(own_user())"
    other = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert own_user() == mine
    assert int(other.stdout) != mine


@as_root
def test_root_of_a_namespace_with_one_id_grades_as_an_ordinary_user():
    done = subprocess.run(
        ["unshare", "-r", sys.executable, "-c", CHOOSE.format(wanted="landlock", required="")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    if done.returncode and "unshare" in done.stderr:
        pytest.skip(f"no user namespace can be made here: {done.stderr}")

    assert done.stdout == "landlock\n"


@as_root
def test_user_of_a_worker_that_has_ended_is_free_again():
    ask = "from autograder.jail.host.identity import own_user; print(own_user())"
    again = """
import fcntl, sys
from autograder.jail.host.identity import FIRST_USER, LOCKS
with open(LOCKS, "r+b") as locks:
    fcntl.lockf(locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, int(sys.argv[1]) - FIRST_USER)
"""  # raises if somebody still holds it

    def run(program: str, *arguments: str) -> str:
        command = [sys.executable, "-c", program, *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout

    run(again, run(ask))


@every_backend
def test_jail_is_in_a_control_group_that_is_gone_with_it(bench):
    made = bench("x = 1")
    group = made.jail._group
    if group is None:
        pytest.skip("no control group can be made here")
    with made.student() as student:
        assert student.x == 1
        folders = list(group._folders.values())
        members = {int(pid) for folder in folders for pid in (folder / "cgroup.procs").read_text().split()}
        assert len(members) >= 2  # the zygote, the test's child, and the process that made the namespaces
        assert made.jail._process.pid in members
    made.jail.close()

    assert not any(folder.exists() for folder in folders)


def test_memory_that_no_limit_of_the_process_counts_is_bounded(bench):
    """Pages in pipes and sockets are the kernel's; a control group counts them."""
    made = bench(
        """
        import os, socket
        held = []
        def fill():
            total = 0
            try:
                while True:
                    a, b = socket.socketpair()
                    a.setblocking(False)
                    held.append((a, b))
                    try:
                        while True:
                            total += a.send(b"x" * 65536)
                    except BlockingIOError:
                        pass
            except OSError:
                return total
        """
    )
    with made.student(JailLimits(open_files=64)) as student:
        assert student.fill() < 64 * 2**20


def test_control_group_of_a_grader_that_was_killed_is_cleared_away():
    from autograder.jail.host.cgroup import _own_folders, remove_abandoned

    if ControlGroup.make() is None:
        pytest.skip("no control group can be made here")
    gone = subprocess.run(["sh", "-c", "echo $$"], capture_output=True, text=True).stdout.strip()
    folders = {parent / f"autograder-{gone}-0" for parent in _own_folders().values()}
    for folder in folders:
        folder.mkdir()

    remove_abandoned()

    assert not any(folder.exists() for folder in folders)


@as_root
def test_interpreter_in_a_private_folder_is_copied_for_the_jail_and_is_the_same():
    interpreter = find_interpreter()
    copy = copied_python(interpreter)

    assert is_reachable(copy.executable)
    assert not (copy.library / "site-packages").exists()
    asked = subprocess.run(
        [copy.executable, "-I", "-S", "-c", "import asyncio, ssl, sqlite3, sys; print(sys.version)"],
        capture_output=True,
        text=True,
        env={"LD_LIBRARY_PATH": str(copy.prefix / "lib")},
    )
    assert asked.stdout.strip() == sys.version.strip()


def test_folder_in_the_cache_that_others_could_write_is_not_used(tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    filled = []

    def fill(folder: Path) -> None:
        filled.append(folder)
        (folder / "file").write_text("ours")

    first = cached_folder("thing", "digest", fill)
    assert cached_folder("thing", "digest", fill) == first
    assert len(filled) == 1
    first.chmod(0o777)
    (first / "file").write_text("planted")

    assert (cached_folder("thing", "digest", fill) / "file").read_text() == "ours"


def test_folder_in_the_cache_that_nobody_uses_any_more_is_removed(tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old = cached_folder("thing", "old", lambda folder: None)
    os.utime(old, (0, 0))

    new = cached_folder("thing", "new", lambda folder: None)

    assert new.exists()
    assert not old.exists()
