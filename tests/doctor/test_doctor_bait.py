"""What happens to the bait is noticed, whoever does it, and mended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.doctor.bait import VARIABLE, Bait, abstract_name, laid_out
from autograder.doctor.processes import below, is_running, wait_until_gone


def touch(bait: Bait) -> None:
    os.utime(bait.drop / "note", (1, 1))


def write(bait: Bait) -> None:
    (bait.drop / "new").touch()


def write_and_hide_it(bait: Bait) -> None:
    write(bait)
    (bait.drop / "new").unlink()


def kill(bait: Bait) -> None:
    assert bait.grader is not None
    bait.grader.send_signal(signal.SIGKILL)
    wait_until_gone([bait.grader.pid], 5)


def connect(bait: Bait) -> None:
    socket.create_connection(("127.0.0.1", bait.port)).close()


def send_udp(bait: Bait) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"x", ("127.0.0.1", bait.datagram_port))


def send_to_path(bait: Bait) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"x", str(bait.folder / "d"))


def connect_to_abstract_name(bait: Bait) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(abstract_name(bait.folder, "s"))


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (touch, "outside was changed: note"),
        (write, "outside was changed: drop, new"),
        (write_and_hide_it, "outside was changed: drop"),
        (kill, "a process outside was killed"),
        (connect, "a TCP port of this machine was reached"),
        (send_udp, "a UDP port of this machine was reached"),
        (send_to_path, "a datagram socket with a path was reached"),
        (connect_to_abstract_name, "a unix socket with an abstract name was reached"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_harm_is_told_once_and_mended(harm: Callable[[Bait], None], told: str, bait: Bait) -> None:
    harm(bait)

    assert bait.damage() == [told]
    assert bait.damage() == []
    assert bait.grader is not None
    assert is_running(bait.grader.pid)


def test_the_words_lie_where_they_are_said_to_lie(bait: Bait) -> None:
    assert bait.grader is not None
    folder = Path(f"/proc/{bait.grader.pid}")
    with (folder / "mem").open("rb", buffering=0) as memory:
        memory.seek(bait.address)
        in_memory = memory.read(31).decode()

    assert bait.stolen(bait.file.read_text()) == ["a file that everybody may read"]
    assert bait.stolen(os.environ[VARIABLE]) == ["the grader's own environment"]
    assert bait.stolen((folder / "environ").read_text()) == ["the environment of a process outside"]
    assert bait.stolen((folder / "cmdline").read_text()) == ["the command line of a process outside"]
    assert bait.stolen(in_memory) == ["the memory of a process outside"]
    assert bait.stolen("canary-") == []


def test_every_user_gets_to_the_file(bait: Bait) -> None:
    assert all(folder.stat().st_mode & 0o001 for folder in bait.file.parents)
    assert bait.file.stat().st_mode & 0o004


def test_nothing_is_left() -> None:
    before = below(os.getpid())
    with laid_out() as bait:
        folder = bait.folder
        assert below(os.getpid()) > before

    assert not folder.exists()
    assert VARIABLE not in os.environ
    assert below(os.getpid()) == before


def test_an_orphan_of_an_orphan_stays_in_sight(bait: Bait) -> None:
    """`bait` comes with `adopting_orphans`."""
    program = (
        "import subprocess, sys; "
        "print(subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE, start_new_session=True).pid)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    orphan = int(done.stdout)
    try:
        # Its standard input is closed, so it ends by itself; it comes to us all the same.
        assert os.waitpid(orphan, 0)[0] == orphan
    finally:
        assert not is_running(orphan)


def test_ctrl_c_ends_the_bait_without_a_word(capfd: pytest.CaptureFixture[str]) -> None:
    """It reaches every process of the terminal, also the one that only plays a grader."""
    with laid_out() as bait:
        assert bait.grader is not None
        bait.grader.send_signal(signal.SIGINT)
        ended = bait.grader.wait(timeout=30)

    assert ended == -signal.SIGINT
    assert capfd.readouterr() == ("", "")
