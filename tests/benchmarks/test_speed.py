"""Speed, as ratios between things measured in one run: `make bench` prints them and fails when a promise is broken."""

from __future__ import annotations

import itertools
import statistics
import subprocess
import time
from collections.abc import Callable

from autograder.engines import grade_all
from autograder.grading import run_suite
from autograder.jail.host import BACKENDS, find_interpreter
from autograder.jail.host.start import Order
from autograder.model import Assignment, GradeOptions, Submission, SubmissionReport

MOST_TIMES_THE_FLOOR = 6.0
LEAST_SPEED_UP = 1.8
ROUNDS = 15


def floor_command(assignment: Assignment) -> list[str]:
    """Return the cheapest thing that runs the three files in a jail: bwrap, one interpreter, asyncio, nothing else."""
    programs = [
        f"exec({(assignment.solutions / exercise.file).read_text()!r}, {{'__name__': '__main__'}})"
        for exercise in assignment.exercises
    ]
    command = BACKENDS["bwrap"].start(Order(interpreter=find_interpreter(), control=0)).command
    place = command.index("-c")
    return [*command[: place + 1], "\n".join(["import asyncio", *programs])]


def test_a_submission_costs_a_few_times_the_floor(
    assignment: Assignment, reference: Submission, cpu_seconds: Callable[[], float], one_core: None
) -> None:
    """All hidden tests of one submission, jail included, against the floor; CPU seconds, medians."""
    command = floor_command(assignment)
    floors = []
    for _ in range(ROUNDS):
        before = cpu_seconds()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        floors.append(cpu_seconds() - before)
    marks: list[float] = []
    tests: list[int] = []

    def take(report: SubmissionReport) -> None:
        assert report.score == 100
        tests.append(sum(len(exercise.tests) for exercise in report.exercises))
        time.sleep(0.05)  # a jail that was killed needs a moment to end, and only then counts
        marks.append(cpu_seconds())

    run_suite(assignment, iter([reference] * (ROUNDS + 3)), take, GradeOptions(seed=7))
    costs = [after - before for before, after in itertools.pairwise(marks[2:])]
    floor, cost = statistics.median(floors), statistics.median(costs)
    print(
        f"\n{tests[0]} tests: {cost * 1e3:.0f} ms of CPU, {cost / floor:.2f} times the floor of {floor * 1e3:.0f} ms"
    )

    assert tests[0] >= 40
    assert cost / floor <= MOST_TIMES_THE_FLOOR


def test_two_cores_grade_nearly_twice_as_fast(assignment: Assignment, reference: Submission) -> None:
    """A class of 100 with one worker and with two; wall seconds."""
    submissions = [Submission(id=f"student-{number:03}", files=reference.files) for number in range(100)]
    seconds = {}
    for jobs in (1, 2):
        begin = time.perf_counter()
        grade_all(assignment, submissions, GradeOptions(seed=7), jobs, lambda report: None)
        seconds[jobs] = time.perf_counter() - begin
    ratio = seconds[1] / seconds[2]
    print(
        f"\n100 submissions: {seconds[1]:.1f} s with one worker, {seconds[2]:.1f} s with two: {ratio:.2f} times"
    )

    assert ratio >= LEAST_SPEED_UP


def test_virtual_time_costs_no_real_time(assignment: Assignment, reference: Submission) -> None:
    """The tests of a submission wait for minutes of virtual time; grading it takes a second."""
    found: list[SubmissionReport] = []
    run_suite(assignment, iter([reference] * 3), found.append, GradeOptions(seed=7))
    virtual = sum(test.virtual_seconds for exercise in found[-1].exercises for test in exercise.tests)
    print(f"\n{virtual:.0f} virtual seconds in {found[-1].wall_seconds:.2f} real ones")

    assert virtual > 100 * found[-1].wall_seconds
