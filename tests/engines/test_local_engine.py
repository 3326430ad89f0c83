"""Each submission gets exactly one report, whatever its worker does; nothing is left running."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.errors import ConfigurationError, GraderError
from autograder.model import Status, Submission

DOUBLE = (sys.executable, str(Path(__file__).with_name("double.py")))


def hand_in(name: str, **files: bytes) -> Submission:
    return Submission(id=name, files={"one.py": b"12345", **files})


def worker_of(report) -> tuple[int, str]:
    found = re.fullmatch(r"pid (\d+) cpus (.*) seed 7", report.exercises[0].tests[0].message)
    assert found
    return int(found[1]), found[2]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_every_submission_gets_its_report(grade, jobs):
    reports = grade(*[hand_in(f"ok-{number}") for number in range(12)], jobs=jobs)

    assert sorted(reports) == sorted(f"ok-{number}" for number in range(12))
    assert all(report.score == 5 and report.status is Status.GRADED for report in reports.values())
    workers = {worker_of(report) for report in reports.values()}
    assert len(workers) <= jobs
    assert not any(is_running(pid) for pid, _cpus in workers)


def test_worker_stays_on_one_cpu(grade):
    report = grade(hand_in("ok"))["ok"]

    assert re.fullmatch(r"\[\d+\]", worker_of(report)[1])


def test_no_submissions_need_no_worker(grade):
    assert grade(command=("/nonexistent",)) == {}


def test_large_submission_passes_through_the_pipe(grade):
    assert grade(hand_in("big", data=os.urandom(5 * 2**20)), hand_in("ok"))["big"].score == 5


def test_broken_submission_is_reported_without_a_worker(grade):
    broken = Submission(id="bob", broken="bob.zip is damaged", notes=("a note",))

    report = grade(broken, command=("/nonexistent",))["bob"]

    assert (report.status, report.reason, report.notes) == (
        Status.NOT_GRADED,
        "bob.zip is damaged",
        ("a note",),
    )
    assert report.max_score == 10


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("die", "the grading process was ended by SIGKILL, twice"),
        ("exit", "the grading process ended with exit status 7, twice"),
        ("ours", "the grading process said: the jail could not be started, twice"),
    ],
)
def test_dying_worker_costs_only_its_submission(grade, name, reason):
    reports = grade(hand_in("ok-1"), hand_in(name), hand_in("ok-2"), hand_in("ok-3"), jobs=2)

    assert len(reports) == 4
    assert (reports[name].status, reports[name].reason) == (Status.NOT_GRADED, reason)
    assert all(reports[f"ok-{number}"].score == 5 for number in (1, 2, 3))


def test_submission_whose_worker_died_once_is_tried_again(grade, tmp_path):
    reports = grade(hand_in("dieonce", flag=bytes(tmp_path / "flag")), hand_in("ok"), jobs=1)

    assert {name: report.score for name, report in reports.items()} == {"dieonce": 5, "ok": 5}


def test_silent_worker_is_given_up(grade):
    reports = grade(hand_in("hang"), hand_in("ok-1"), hand_in("ok-2"), jobs=1, guard_seconds=1.5)

    assert reports["hang"].reason == "grading it gave no sign of life for 1.5 s and was stopped"
    assert reports["ok-1"].score == reports["ok-2"].score == 5


def test_broken_suite_stops_the_run(grade):
    with pytest.raises(ConfigurationError, match=r"^test_one.py:3: the marker points is missing: add one$"):
        grade(hand_in("suite"), hand_in("hang"), guard_seconds=30)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("dead", "no grading process can be started: it ended with exit status 1\ncannot import grading"),
        ("nonsense", "no grading process can be started: it was stopped"),
    ],
)
def test_worker_that_cannot_start_is_an_error_with_its_words(grade, how, message):
    with pytest.raises(GraderError) as caught:
        grade(hand_in("ok"), command=(*DOUBLE, how))

    assert str(caught.value) == message


def test_error_while_a_report_is_taken_ends_all_workers(assignment, tmp_path):
    from autograder.engines import grade_all
    from autograder.model import GradeOptions

    pids = []

    def take(report):
        pids.append(worker_of(report)[0])
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        grade_all(
            assignment, [hand_in("ok-1"), hand_in("hang")], GradeOptions(seed=7), 2, take, command=DOUBLE
        )

    assert not is_running(pids[0])


INTERRUPTED = """
import sys
sys.path.insert(0, sys.argv[1])
from conftest import DOUBLE
from autograder.engines import grade_all, wire
from autograder.model import Assignment, GradeOptions, Submission
assignment = wire.decode(Assignment, wire.from_line(sys.argv[2].encode()))
submissions = [Submission(id=f"wait-{n}", files={"flag": f"{sys.argv[3]}{n}".encode()}) for n in (1, 2)]
grade_all(assignment, submissions, GradeOptions(), 2, print, command=DOUBLE)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_the_engine(assignment, tmp_path, how):
    from autograder.engines import wire

    for number in (1, 2):
        os.mkfifo(tmp_path / f"flag{number}")
    plain = wire.to_line(wire.encode(assignment)).decode().strip()
    engine = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(Path(__file__).parent), plain, str(tmp_path / "flag")],
        stderr=subprocess.PIPE,
    )
    # Each worker opens its pipe for writing when it has begun, and the end of the pipe is the end of the worker.
    pipes = [open(tmp_path / f"flag{number}", "rb") for number in (1, 2)]  # noqa: SIM115 - closed below
    engine.send_signal(how)

    assert [pipe.read() for pipe in pipes] == [b"", b""]
    assert engine.stderr is not None
    assert (b"KeyboardInterrupt" in engine.stderr.read()) == (how is signal.SIGINT)
    assert engine.wait() == -how
    for stream in (*pipes, engine.stderr):
        stream.close()
