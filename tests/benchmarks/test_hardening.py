"""What the hardened jail costs: grading one right submission now, against the commit before it was hardened."""

from __future__ import annotations

import io
import os
import statistics
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BEFORE = "ba895ae"
MOST_TIMES = 1.25
ROUNDS = 6

# Runs in either tree: CPU seconds of each of a few gradings of the reference, this process and its jails together.
MEASURE = """
import ctypes, os, resource, sys, time
from pathlib import Path
from autograder.catalogue import load_assignment
from autograder.grading import run_suite
from autograder.intake import read_paths
from autograder.model import GradeOptions
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # become the parent of what outlives its own
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
assignment = load_assignment(Path(sys.argv[1]), "lecture21")
reference = read_paths([assignment.solutions], assignment)[0]
marks = []
def take(report):
    assert report.score == 100, report
    time.sleep(0.05)  # a jail that was killed needs a moment to end, and only then counts
    try:
        while os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG) is not None: pass
    except ChildProcessError: pass
    used = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    marks.append(sum(each.ru_utime + each.ru_stime for each in used))
run_suite(assignment, iter([reference] * 6), take, GradeOptions(seed=7, jail="bwrap"))
print(*[after - before for before, after in zip(marks[1:], marks[2:])])
"""


def measure(tree: Path) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-P", "-c", MEASURE, str(tree)],
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(word) for word in done.stdout.split()]


def test_hardening_costs_at_most_a_quarter_more(tmp_path: Path) -> None:
    """CPU seconds, medians over rounds that alternate between the two."""
    packed = subprocess.run(["git", "archive", BEFORE], cwd=ROOT, capture_output=True)
    if packed.returncode:
        pytest.skip(f"commit {BEFORE} is not in this clone")
    before = tmp_path / "before"
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(before, filter="data")
    costs: dict[Path, list[float]] = {before: [], ROOT: []}
    for _ in range(ROUNDS):
        for tree, seen in costs.items():
            seen += measure(tree)
    old, new = (statistics.median(seen) for seen in costs.values())
    print(f"\nbefore {old * 1e3:.0f} ms of CPU, now {new * 1e3:.0f} ms: {new / old:.3f} times")

    assert new / old <= MOST_TIMES
