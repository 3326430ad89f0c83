"""What the hostile programs are graded with sees what it must see: else all of them would seem to gain nothing."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from harness.canaries import Canaries, listening
from harness.grading import MARK, contents, differences, marked
from harness.samples import FOLDER, GROUPS, read_samples
from harness.settings import RESTRICT, SETTINGS

from autograder.jail.host import BACKENDS

NEEDS_ROOT = pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")


def restricted(tmp_path: Path, *command: str, options: tuple[str, ...] = ()) -> dict[str, Any]:
    """Run a command with fewer rights and return what restrict.py says about it."""
    result = tmp_path / "result.json"
    start = [sys.executable, "-I", str(RESTRICT), str(result), *options, "--", *command]
    subprocess.run(start, capture_output=True, timeout=60)
    facts: dict[str, Any] = json.loads(result.read_text())
    return facts


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-I", "-S", "-c", code)


def test_exit_status_and_memory_are_reported(tmp_path: Path) -> None:
    facts = restricted(tmp_path, *python("x = b'1' * 50_000_000; raise SystemExit(7)"))

    assert facts["exit"] == 7
    assert facts["largest_kb"] > 50_000
    assert (facts["left"], facts["orphans"]) == ([], 0)


def test_process_that_outlives_the_command_is_found_and_ended(tmp_path: Path) -> None:
    code = "import os, signal\nif os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0: signal.pause()\n  os._exit(0)"
    facts = restricted(tmp_path, *python(code + "\nos.wait()"))

    [left] = facts["left"]
    pid = int(left.split()[0])
    assert not Path(f"/proc/{pid}").exists()


def test_dead_child_that_nobody_waited_for_is_counted(tmp_path: Path) -> None:
    code = """
import os
if os.fork() == 0:
    if os.fork() == 0:
        os._exit(0)
    os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
    os._exit(0)
os.wait()
"""

    assert restricted(tmp_path, *python(code))["orphans"] == 1


@pytest.mark.parametrize(
    "attempt",
    [
        "if libc.unshare(0x10000000): raise OSError",
        "if libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) < 0: raise OSError",
    ],
)
def test_namespaces_are_denied(tmp_path: Path, attempt: str) -> None:
    code = f"import ctypes, os\nlibc = ctypes.CDLL(None)\n{attempt}\n"

    assert restricted(tmp_path, *python(code), options=("--deny-namespaces",))["exit"] == 1


def test_threads_and_processes_work_where_namespaces_are_denied(tmp_path: Path) -> None:
    code = "import subprocess, threading\nthreading.Thread(target=print).start()\nsubprocess.run(['true'], check=True)"

    assert restricted(tmp_path, *python(code), options=("--deny-namespaces",))["exit"] == 0


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")
def test_bwrap_cannot_start_where_namespaces_are_denied(tmp_path: Path) -> None:
    command = ("bwrap", "--unshare-user", "--ro-bind", "/", "/", "true")

    assert restricted(tmp_path, *command, options=("--deny-namespaces",))["exit"] != 0


@NEEDS_ROOT
def test_ordinary_user_has_no_rights(tmp_path: Path) -> None:
    code = "import os\nassert os.getresuid() == (54321,) * 3 and not os.getgroups()\nos.setuid(0)"

    assert restricted(tmp_path, "/usr/bin/python3", "-c", code, options=("--user", "54321"))["exit"] == 1


def test_secret_is_found_with_and_without_its_beginning() -> None:
    canaries = Canaries()
    secret = canaries.new("a place")

    assert canaries.found_in(f"it is {secret}!".encode()) == ["a place"]
    assert canaries.found_in(secret[10:].encode()) == []
    assert canaries.found_in(secret.removeprefix("canary-").encode()) == ["a place"]


@pytest.mark.parametrize("name", ["TCP", "UDP", "abstract name"])
def test_visitor_is_noted(name: str) -> None:
    canaries = Canaries()
    with listening(canaries) as ears:
        ear = ears[name]
        with socket.socket(ear.family, ear.type) as visitor:
            visitor.connect(ear.getsockname())
            visitor.send(b"x")

    assert canaries.reached == [name]


def test_changed_new_and_removed_files_are_noted(tmp_path: Path) -> None:
    for name in ("same", "changed", "removed"):
        (tmp_path / name).write_text(name)
    before = contents(tmp_path)
    (tmp_path / "changed").chmod(0o600)
    (tmp_path / "removed").unlink()
    (tmp_path / f"{MARK}-x").write_text("")

    names = [Path(path).name for path in differences(before, contents(tmp_path))]
    assert names == [f"{MARK}-x", "changed", "removed"]
    assert str(tmp_path / f"{MARK}-x") in marked(tmp_path)


def test_every_jail_is_attacked() -> None:
    assert {setting.jail for setting in SETTINGS} == set(BACKENDS)
    assert all(
        any(setting.groups == GROUPS for setting in SETTINGS if setting.jail == jail) for jail in BACKENDS
    )


def test_every_file_of_the_corpus_is_read() -> None:
    entries = [path for group in FOLDER.iterdir() for path in group.iterdir() if path.name != "__pycache__"]

    assert len(read_samples()) == len(entries)
    assert {path.name for path in FOLDER.iterdir()} == set(GROUPS)
