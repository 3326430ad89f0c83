"""One pytest session grades many submissions: alike in every run, within the same memory, and each on its own."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
from lab import FILE, messages, outcomes

from autograder.jail.host import BACKENDS
from autograder.model import Limits, SubmissionReport

SUITE = """
    import asyncio, pytest
    from autograder.testing import Spy, check
    pytestmark = [pytest.mark.exercise("1"), pytest.mark.concept("main")]

    @pytest.mark.points(2)
    async def test_drawn(student, rng):
        words = rng.words(3)
        check(await student.echo(words), words, "echo")

    @pytest.mark.points(3)
    async def test_times(student):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(student.wait(n)) for n in (3, 1, 2)]
        check([t.result() for t in tasks], [3, 1, 2], "results")
        check(asyncio.get_running_loop().time(), 3.0, "time")

    @pytest.mark.points(5)
    async def test_objects(student):
        seen = []
        async with student.Conn() as conn:
            async for row in conn.rows(3):
                seen.append(row)
        check(seen, [0, 1, 2], "rows")
        with pytest.raises(student.Low):
            await student.fails()
"""

GOOD = """
import asyncio
class Low(Exception): pass
async def echo(x): return x
async def wait(n):
    await asyncio.sleep(n)
    return n
class Conn:
    async def __aenter__(self): return self
    async def __aexit__(self, *e): pass
    async def rows(self, n):
        for i in range(n):
            await asyncio.sleep(0.1)
            yield i
async def fails(): raise Low("x")
"""

CLASS = {
    "good": GOOD,
    "wrong": GOOD.replace("return n\n", "return -n\n"),
    "raises": GOOD.replace("async def echo(x): return x", "async def echo(x): return x.y"),
    "spins": GOOD.replace("await asyncio.sleep(n)", "while n:\n        n += 1\n        n += 2"),
    "hangs": GOOD.replace("await asyncio.sleep(n)", "await asyncio.Event().wait()"),
    "dies": GOOD.replace("await asyncio.sleep(n)", "import os; os._exit(n)"),
    "crashes": GOOD.replace("await asyncio.sleep(n)", "import ctypes; ctypes.string_at(0)"),
    "sets": GOOD.replace(
        "return n\n", "return list({object() for _ in range(9)} and {str(i) for i in range(9)})\n"
    ),
    "leaks": GOOD.replace(
        "async def fails(): ", "async def fails():\n    asyncio.create_task(wait(9))\n    "
    ),
    "empty": "",
    "broken": "def f(:\n",
}

QUICK = Limits(cpu_seconds=0.3)


def content(report: SubmissionReport) -> tuple:
    return (report.id, report.status, report.score, report.exercises, report.findings, report.reason)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_reports_on_a_busy_machine(grade):
    loads = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        runs = [
            {name: content(report) for name, report in grade(SUITE, CLASS, seed=3, limits=QUICK).items()}
            for _ in range(3)
        ]
    finally:
        for load in loads:
            load.kill()
            load.wait()

    assert runs[0] == runs[1] == runs[2]


def test_other_seeds_give_the_same_scores(grade):
    first, second = grade(SUITE, CLASS, seed=1, limits=QUICK), grade(SUITE, CLASS, seed=2, limits=QUICK)

    assert {name: report.score for name, report in first.items()} == {
        name: report.score for name, report in second.items()
    }
    assert {name: int(report.score) for name, report in first.items()} == {
        "good": 10,
        "wrong": 7,
        "raises": 8,
        "spins": 7,
        "hangs": 7,
        "dies": 7,
        "crashes": 7,
        "sets": 7,
        "leaks": 10,
        "empty": 0,
        "broken": 0,
    }


def test_a_report_does_not_depend_on_what_was_graded_before(grade):
    together = grade(SUITE, {name: CLASS[name] for name in ("good", "dies", "crashes")})
    alone = grade(SUITE, {"crashes": CLASS["crashes"]})

    assert content(together["crashes"]) == content(alone["crashes"])


@pytest.mark.slow
def test_the_grading_process_does_not_grow(grade):
    def rss() -> int:
        gc.collect()
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def submissions():
        for number in range(90):
            if number in (30, 89):
                sizes.append((rss(), len(gc.get_objects()), len(os.listdir("/proc/self/fd"))))
            yield f"{number:03}", kinds[number % len(kinds)]

    class Lazy(dict):
        def items(self):
            return submissions()

    kinds = [{FILE: CLASS[name]} for name in ("good", "raises", "hangs", "dies", "broken")]
    sizes: list[tuple[int, int, int]] = []
    grade(SUITE, Lazy())
    (first, objects_first, open_first), (last, objects_last, open_last) = sizes

    assert open_last <= open_first
    assert last - first < 3 * 2**20, f"{(last - first) / 60} bytes for each submission"
    # The reports that the fixture keeps are some 30 objects each.
    assert objects_last - objects_first < 60 * 60


@pytest.mark.parametrize("jail", list(BACKENDS))
def test_every_backend_gives_the_same_outcomes(grade, jail):
    reports = grade(SUITE, CLASS, jail=jail, limits=QUICK)

    assert grade.jail == jail
    assert [int(report.score) for report in reports.values()] == [10, 7, 8, 7, 7, 7, 7, 7, 10, 0, 0]


def test_leaks_become_findings_that_cost_nothing(grade):
    report = grade(SUITE, {"leaks": CLASS["leaks"]})["leaks"]

    assert report.score == 10
    assert [finding.code for finding in report.findings] == ["tasks_left_running"]


def test_a_missing_file_is_the_outcome_of_its_tests(grade):
    report = grade(SUITE, {"none": {"other.py": "x = 1"}})["none"]

    assert set(outcomes(report).values()) == {"not_run"}
    assert report.status == "graded"
    assert (report.score, report.max_score) == (0, 10)
    assert "other.py" in messages(report)["test_drawn"]


def test_suites_of_the_same_name_are_not_mixed_up(grade):
    other = SUITE.replace('[3, 1, 2], "results"', '[0], "results"')

    assert grade(SUITE, {"a": GOOD})["a"].score == 10
    assert grade(other, {"a": GOOD})["a"].score == 7
    assert grade(SUITE, {"a": GOOD})["a"].score == 10


def test_options_in_the_environment_do_not_change_the_grading(grade, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k nothing")

    assert grade(SUITE, {"a": GOOD})["a"].score == 10
    assert os.environ["PYTEST_ADDOPTS"] == "-k nothing"


def test_an_interrupt_from_the_keyboard_ends_the_run(grade):
    suite = (
        SUITE
        + """
    @pytest.mark.points(0)
    async def test_interrupt(student):
        raise KeyboardInterrupt
"""
    )
    with pytest.raises(KeyboardInterrupt):
        grade(suite, {"a": GOOD, "b": GOOD})


def test_a_failure_of_ours_costs_one_submission_its_grade_and_no_other(grade, monkeypatch):
    """The jail is killed under the tests of one submission, again and again."""
    from autograder.testing.workbench import Workbench

    real = Workbench.start

    def start(self, exercise, limits):
        if self.submission.id == "unlucky" and self._jail._process is not None:
            self._jail._process.kill()
            self._jail._process.wait()
        return real(self, exercise, limits)

    monkeypatch.setattr(Workbench, "start", start)
    reports = grade(SUITE, {"a": GOOD, "unlucky": GOOD, "b": GOOD})

    assert (reports["a"].score, reports["b"].score) == (10, 10)
    assert reports["unlucky"].status in ("graded", "not_graded")
    if reports["unlucky"].status == "graded":
        assert reports["unlucky"].score == 10


def test_a_jail_that_dies_once_is_replaced(grade, monkeypatch):
    from autograder.testing.workbench import Workbench

    real = Workbench.start
    killed = []

    def start(self, exercise, limits):
        if not killed and self._jail._process is not None:
            killed.append(True)
            self._jail._process.kill()
            self._jail._process.wait()
        return real(self, exercise, limits)

    monkeypatch.setattr(Workbench, "start", start)
    reports = grade(SUITE, {"a": GOOD})

    assert killed
    assert reports["a"].score == 10


REALLY_WAITING = """
    import pytest
    pytestmark = [pytest.mark.exercise("1"), pytest.mark.concept("timing"), pytest.mark.points(1)]

    @pytest.mark.parametrize("number", range(10))
    def test_waits(student, number):
        student.wait()
"""


def test_an_exercise_whose_tests_each_wait_a_little_is_given_up_in_the_end(grade):
    slow = "import select\ndef wait(): select.select([], [], [], 0.25)"

    reports = grade(REALLY_WAITING, {"a": slow}, points=10, limits=Limits(wall_seconds=0.3))

    given_up = [
        text for text in messages(reports["a"]).values() if "have taken more than 1.2 s of real" in text
    ]
    assert 3 <= len(given_up) <= 6
    assert reports["a"].score == 10 - len(given_up)
