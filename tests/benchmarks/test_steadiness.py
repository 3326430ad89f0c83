"""Memory and determinism over many submissions: too long for the test run, so `make bench` looks at them."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.engines import grade_all
from autograder.engines.wire import to_line
from autograder.grading import run_suite
from autograder.model import Assignment, GradeOptions, Submission, SubmissionReport

SUBMISSIONS = 1_000
WARM_UP = 50
MOST_GROWTH_MB = 20.0
RUNS = 20


def resident_mb() -> float:
    """Return this process's resident memory in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def test_memory_stays_flat_over_a_thousand_submissions(
    assignment: Assignment, mixed: list[Submission]
) -> None:
    """What a worker runs, with right, wrong and hostile submissions in turn."""
    sizes: list[float] = []
    tame = [one for one in mixed if one.id != "endless_loop_in_a_call"]  # it would take an hour, not memory

    def submissions() -> Iterator[Submission]:
        for number in range(SUBMISSIONS):
            yield tame[number % len(tame)]

    run_suite(assignment, submissions(), lambda report: sizes.append(resident_mb()), GradeOptions(seed=7))
    growth = sizes[-1] - sizes[WARM_UP]
    print(
        f"\n{sizes[WARM_UP]:.1f} MB after {WARM_UP} submissions, {sizes[-1]:.1f} MB after {SUBMISSIONS}: {growth:+.1f}"
    )

    assert growth < MOST_GROWTH_MB


def spin() -> None:
    """Keep a core busy."""
    while True:
        pass


@pytest.fixture
def busy_machine() -> Iterator[None]:
    """Keep every core busy with something else."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=spin, daemon=True) for _ in os.sched_getaffinity(0)]
    for process in processes:
        process.start()
    yield
    for process in processes:
        process.kill()
        process.join()


def test_same_seed_gives_identical_reports_on_a_busy_machine(
    assignment: Assignment, mixed: list[Submission], busy_machine: None
) -> None:
    """A class graded twenty times; all but the wall-clock time of each submission must be the same to the byte."""
    seen = set()
    for _ in range(RUNS):
        lines: dict[str, bytes] = {}

        def take(report: SubmissionReport, lines: dict[str, bytes] = lines) -> None:
            line = to_line({"report": report})
            lines[report.id] = line.replace(repr(report.wall_seconds).encode(), b"")

        grade_all(assignment, mixed, GradeOptions(seed=7), 2, take)
        seen.add(b"".join(lines[key] for key in sorted(lines)))
    print(f"\n{len(mixed)} submissions, {RUNS} runs: {len(seen)} different result")

    assert len(seen) == 1
