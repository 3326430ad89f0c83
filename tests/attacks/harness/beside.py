"""A small exercise that stands beside the three of the assignment, solved, in every hostile submission.

Its tests need all that a hostile file of the same submission could use up or break for others: a thread, memory, open
files, the clock, the loop and the interpreter. All three exercises in each submission would take twice the time.
"""

EXERCISE = "21.9"
FILE = "ex21_9_beside.py"

SETTINGS = f"""
[[exercise]]
id = "{EXERCISE}"
title = "Beside"
file = "{FILE}"
points = 3
"""

SOLUTION = """import asyncio
import os
import time


async def wait(seconds):
    await asyncio.sleep(seconds)
    return time.monotonic()


async def use(megabytes, count):
    content = bytearray(megabytes << 20)
    files = [open(os.__file__) for _ in range(count)]
    for file in files:
        file.close()
    return len(content) >> 20, len(files), await asyncio.to_thread(sum, range(10))


def fresh():
    return os.getpriority(os.PRIO_PROCESS, 0), len(os.sched_getaffinity(0)) > 0, sum(range(100_000))
"""

SUITE = f"""import asyncio

import pytest

from autograder.testing import check, check_time, now

pytestmark = [pytest.mark.exercise("{EXERCISE}"), pytest.mark.concept("main"), pytest.mark.points(1)]


async def test_beside_waits_as_long_as_it_is_told(student, rng):
    seconds = rng.seconds(1, 9)
    await asyncio.gather(student.wait(seconds), student.wait(seconds / 2))
    check_time(now(), seconds, "the time that two waits take")


async def test_beside_gets_memory_files_and_a_thread(student, rng):
    check(await student.use(64, 20), (64, 20, 45), "what was used")


def test_beside_finds_its_process_as_ever(student):
    check(student.fresh(), (0, True, 4_999_950_000), "priority, cores and a sum")
"""
