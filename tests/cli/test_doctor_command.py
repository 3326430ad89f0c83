"""``autograder doctor`` as people and programs meet it."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "doctor"))

from weakened import WITHOUT_LIMITS, weakened

from autograder.cli.main import run
from autograder.doctor import FORMAT
from autograder.jail.host import BACKENDS

DOCTOR = [sys.executable, "-m", "autograder", "doctor"]
NO_BWRAP = {**os.environ, "PATH": "/nowhere"}


def doctor(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*DOCTOR, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment or dict(os.environ),
    )


def test_json_is_one_document_with_every_attempt_in_it() -> None:
    done = doctor("--json", "--jail", "bwrap")
    document = json.loads(done.stdout)

    assert done.returncode == 0, done.stdout
    assert (document["format"], document["holds"]) == (FORMAT, True) == ("autograder-doctor/1", True)
    assert set(document) == {"format", "holds", "jail", "jails", "machine", "packages", "advice"}
    assert document["jail"] == {"wanted": "bwrap", "chosen": "bwrap", "refusal": "", "passed_over": []}
    (jail,) = document["jails"]
    assert jail["held"] == jail["tried"] == len(jail["attempts"]) > 40
    assert set(jail["attempts"][0]) == {"name", "tries", "promised", "excuse", "verdict", "detail"}
    assert all(fact.keys() == {"value", "text", "advice"} for fact in document["machine"].values())
    assert document["machine"]["namespaces"]["value"] is True
    assert document["packages"]["pytest"]["value"]
    assert "canary-" not in done.stdout


def test_a_jail_that_cannot_be_started_is_told_with_the_remedy() -> None:
    done = doctor("--jail", "bwrap", environment=NO_BWRAP)

    assert done.returncode == 1
    assert done.stdout.startswith("NO JAIL. `autograder grade --jail bwrap` would refuse to start here")
    assert "apt-get install bubblewrap" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.slow
def test_the_next_jail_is_said_to_be_used_and_why() -> None:
    done = doctor(environment=NO_BWRAP)

    assert done.returncode == 0
    assert done.stdout.startswith("OK. `autograder grade` uses the landlock jail here")
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert any(
        line.startswith("bwrap    cannot be used: bwrap (bubblewrap) is not installed") for line in lines
    )
    assert any(line.startswith("landlock ") and line.endswith("<- `grade` uses this one") for line in lines)
    assert any(line.startswith("- Install bubblewrap") for line in lines)
    assert [name for name in BACKENDS if not any(line.startswith(f"{name} ") for line in lines)] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--jail", "nonsense"), "Choose one of: auto, bwrap"),
        (("--python", "/nowhere/python"), "not a Python interpreter"),
        (("--python", ""), "--python is empty"),
        (("--nonsense",), "No such option"),
        (("more",), "unexpected extra argument"),
    ],
)
def test_usage_is_told(arguments: tuple[str, ...], said: str) -> None:
    done = doctor(*arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.slow
def test_a_jail_that_does_not_hold_is_told_with_what_got_through(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(BACKENDS, "weak", weakened("landlock", WITHOUT_LIMITS))

    code = run(["doctor", "--jail", "weak"])
    out = capsys.readouterr().out

    assert code == 1
    assert out.startswith("NOT SAFE. `autograder grade` uses the weak jail here")
    assert "DID NOT HOLD: an attempt to open more files than allowed: descriptor" in out
    assert "DID NOT HOLD: an attempt to raise its own limits" in out
    assert "- Grade nothing of strangers in the weak jail here." in out


def test_a_narrow_terminal_is_enough() -> None:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    command = [*DOCTOR, "--jail", "plain"]
    with subprocess.Popen(
        command, env={**environment, "TERM": "xterm-256color"}, stdout=slave, stderr=slave
    ) as process:
        os.close(slave)
        written = b""
        try:
            while chunk := os.read(master, 65_536):
                written += chunk
        except OSError:
            pass  # Linux's way to say that the other end is closed
        code = process.wait()
    os.close(master)
    text = written.decode().replace("\r\n", "\n")
    shown = re.sub(r"\x1b\[\??[0-9;]*[A-Za-z]", "", text[text.index("NO WALLS") :])

    assert code == 0
    assert "attacking the plain jail" in text
    assert max(map(len, shown.splitlines())) <= 40
    assert "\x1b[1;31mNO WALLS" in text


def test_other_commands_do_not_wait_for_the_doctor() -> None:
    program = "import autograder.cli.main, sys; print([m for m in sys.modules if m in %r])"
    unwanted = ["pytest", "rich", "autograder.doctor", "autograder.pipeline"]
    done = subprocess.run(
        [sys.executable, "-c", program % unwanted], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"
