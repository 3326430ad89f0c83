"""How a run ends before its time: Ctrl-C, SIGTERM, a reader that leaves, a full disk."""

import json
import os
import select
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SUITE = '''\
import pytest

@pytest.mark.exercise("1")
@pytest.mark.points(3)
@pytest.mark.concept("result")
def test_ends(student):
    """It ends."""
    if student.NAME == "bob":
        with open({fifo!r}, "w"):
            student.work()

@pytest.mark.exercise("2")
@pytest.mark.points(2)
@pytest.mark.concept("output")
def test_greets(student):
    """It says hello."""
'''

SPIN = "NAME = 'bob'\ndef work():\n    while True:\n        pass\n"


def descendants(pid: int) -> list[int]:
    """Return all processes that a process has started, and those that they have."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [each for child in map(int, children) for each in (child, *descendants(child))]


def ends(pidfd: int) -> bool:
    return bool(select.select([pidfd], [], [], 20)[0])


@pytest.fixture
def busy(course):
    """Return a running command: alice is graded, bob's code spins inside the jail; and all processes below it."""
    fifo = course.root / "fifo"
    os.mkfifo(fifo)
    (course.root / "tests" / "hidden" / "tiny" / "test_tiny.py").write_text(SUITE.format(fifo=str(fifo)))
    course.hand_in("alice", first="NAME = 'alice'")
    course.hand_in("bob", first=SPIN)
    course.hand_in("carol", first=SPIN)
    command = course.command("class", "--jobs", "1", "--json", "--output", "reports", "--seed", "7")
    with subprocess.Popen(
        command,
        cwd=course.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        with fifo.open("rb"):  # waits until bob's test has begun
            pids = descendants(process.pid)
            pidfds = [os.pidfd_open(pid) for pid in pids]
            yield process, pidfds
        for fd in pidfds:
            os.close(fd)
        process.kill()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_leaves_nothing_running(busy, course, how):
    process, pidfds = busy
    assert len(pidfds) >= 3, "a worker, the jail, the zygote in it"

    os.killpg(process.pid, how)
    out, err = process.communicate(timeout=60)

    assert all(ends(fd) for fd in pidfds)
    assert process.returncode == 128 + how
    assert out == ""
    assert "Traceback" not in err
    assert os.listdir(course.root / "reports") == ["alice.json"]
    report = json.loads((course.root / "reports" / "alice.json").read_text())
    assert report["submissions"][0]["score"] == 5
    assert err == "Stopped: 1 of 3 submissions were graded (alice); their reports are in reports. Seed: 7.\n"


def test_reader_that_leaves_is_no_traceback(course):
    course.hand_in("alice")
    with subprocess.Popen(
        course.command("class"), cwd=course.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        process.stdout.close()
        err = process.stderr.read()

    assert (process.returncode, err) == (141, "")


def test_output_that_cannot_be_written_is_told(course):
    course.hand_in("alice")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            course.command("class"),
            cwd=course.root,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 3
    assert (
        done.stderr
        == "Error: the output cannot be written: No space left on device. Give it another place.\n"
    )


def test_closed_streams_do_not_matter(course):
    course.hand_in("alice")
    shell = 'exec "$@" >&- 2>&- <&-'

    done = subprocess.run(
        ["sh", "-c", shell, "sh", *course.command("class", "--output", "reports")],
        cwd=course.root,
        check=False,
    )

    assert done.returncode == 0
    written = sorted(os.listdir(course.root / "reports"))
    assert written == ["alice.json", "report.html", "report.md", "scores.csv"]


def test_command_and_module_are_the_same(course):
    script = Path(sys.executable).with_name("autograder")

    versions = [
        subprocess.run([*command, "--version"], capture_output=True, text=True, check=True).stdout
        for command in ([script], [sys.executable, "-m", "autograder"])
    ]

    assert versions[0] == versions[1]
    assert versions[0].startswith("autograder, version ")


@pytest.mark.parametrize("start", [["-m", "autograder"], ["-c", "from autograder.cli import start; start()"]])
def test_ctrl_c_while_it_is_still_starting_ends_it_with_130(start, tmp_path):
    """Sent at the very moment at which the first of the modules that take long is imported."""
    (tmp_path / "click.py").write_text(
        "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}

    done = subprocess.run(
        [sys.executable, *start, "--version"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Error: interrupted\n")


def test_the_script_starts_there_too():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["scripts"] == {"autograder": "autograder.cli:start"}
