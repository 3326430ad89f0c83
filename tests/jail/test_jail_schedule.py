"""Under a schedule a program meets what asyncio leaves open in another order, and what it promises as promised."""

from __future__ import annotations

import contextlib
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lab import FILE, OTHER_PYTHONS, Bench, Grader

from autograder.catalogue import load_assignment
from autograder.grading import run_suite
from autograder.intake import read_paths
from autograder.jail.host import Jail, find_interpreter, fix_addresses
from autograder.model import GradeOptions, Limits, Outcome, Submission, SubmissionReport, TestResult

ROOT = Path(__file__).resolve().parents[2]
SCHEDULES = range(1, 9)

PROGRAM = """\
import asyncio, random, threading, time, weakref
from concurrent.futures import ThreadPoolExecutor
class Thing: pass
async def after(seconds, value, seen=None):
    await asyncio.sleep(seconds)
    if seen is not None: seen.append(value)
    return value
async def note(value, seen, hops=0):
    for _ in range(hops): await asyncio.sleep(0)
    seen.append(value)
    return value

# -- left open ---------------------------------------------------------------------------------------
async def equal_sleeps():
    seen = []
    await asyncio.gather(*[after(1, i, seen) for i in range(5)])
    return seen
async def equal_sums():
    seen = []
    async def twice(value):
        await asyncio.sleep(0.1)
        await asyncio.sleep(0.2)
        seen.append(value)
    await asyncio.gather(after(0.3, "once", seen), twice("twice"))
    return seen
async def equal_call_later():
    seen, loop = [], asyncio.get_running_loop()
    for i in range(5): loop.call_later(1, seen.append, i)
    await asyncio.sleep(2)
    return seen
async def first_completed():
    tasks = [asyncio.create_task(after(1, i)) for i in range(4)]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.gather(*pending)
    return len(done)
async def first_of_done():
    tasks = [asyncio.create_task(note(i, [])) for i in range(5)]
    done, pending = await asyncio.wait(tasks)
    return done.pop().result()
async def order_of_pending():
    tasks = [asyncio.create_task(after(9, i), name=str(i)) for i in range(5)]
    done, pending = await asyncio.wait(tasks, timeout=1)
    return [task.get_name() for task in pending]
async def order_of_all_tasks():
    tasks = [asyncio.create_task(after(9, i), name=str(i)) for i in range(5)]
    return [task.get_name() for task in asyncio.all_tasks() if task in tasks]
async def starts_of_as_completed():
    seen = []
    for each in asyncio.as_completed([note(i, seen) for i in range(5)]): await each
    return seen
async def cancelled_by_a_group():
    seen = []
    async def wait(i):
        try: await asyncio.sleep(9)
        finally: seen.append(i)
    try:
        async with asyncio.TaskGroup() as group:
            for i in range(5): group.create_task(wait(i))
            await asyncio.sleep(1)
            raise ValueError
    except ExceptionGroup: pass
    return seen
async def futures_in_a_set():
    loop = asyncio.get_running_loop()
    futures = {loop.create_future(): i for i in range(5)}
    return [futures[each] for each in set(futures)]
def things_in_a_set():
    things = {Thing(): i for i in range(5)}
    return [things[each] for each in set(things)]
def texts_in_a_set():
    return list({"A", "B", "C", "D", "E"})
def random_numbers():
    return random.random()
async def results_of_threads():
    seen = []
    await asyncio.gather(*[asyncio.to_thread(seen.append, i) for i in range(5)])
    return seen
async def calls_from_threads():
    seen, loop = [], asyncio.get_running_loop()
    for i in range(5): threading.Thread(target=loop.call_soon_threadsafe, args=(seen.append, i)).start()
    await asyncio.sleep(1)
    return seen
async def sleepers_in_threads():
    seen = []
    def sleep(i):
        time.sleep(1)
        seen.append(i)
    await asyncio.gather(*[asyncio.to_thread(sleep, i) for i in range(5)])
    return seen
def lock_of_threads():
    seen, lock = [], threading.Lock()
    def work(i):
        time.sleep(0.1 * i)
        with lock: seen.append(i)
    threads = [threading.Thread(target=work, args=(i,)) for i in range(5)]
    lock.acquire()
    for thread in threads: thread.start()
    time.sleep(1)
    lock.release()
    for thread in threads: thread.join()
    return seen
async def thread_within_one_turn():
    future = asyncio.get_running_loop().run_in_executor(None, int)
    for _ in range(2): await asyncio.sleep(0)
    return future.done()
async def time_out_at_the_end():
    try: return await asyncio.wait_for(after(1, "done"), 1)
    except TimeoutError: return "timed out"
async def generators_shut_down():
    seen = []
    async def count(i):
        try:
            while True: yield i
        finally: seen.append(i)
    generators = [count(i) for i in range(5)]
    for each in generators: await anext(each)
    await asyncio.get_running_loop().shutdown_asyncgens()
    return seen
def solo_sleeps():
    return asyncio.run(equal_sleeps())

# -- promised ----------------------------------------------------------------------------------------
async def callbacks_in_order():
    seen, loop = [], asyncio.get_running_loop()
    for i in range(9): loop.call_soon(seen.append, i)
    await asyncio.sleep(0)
    return seen
async def tasks_start_in_order():
    seen = []
    tasks = [asyncio.create_task(note(i, seen)) for i in range(9)]
    await asyncio.wait(tasks)
    return seen
async def hops_in_order():
    seen = []
    await asyncio.gather(*[note(i, seen, 3) for i in range(9)])
    return seen
async def gather_in_order():
    return await asyncio.gather(*[after(1, i) for i in range(9)])
async def results_in_order_of_time():
    seen = []
    await asyncio.gather(*[after(1 + i / 1000, i, seen) for i in range(9)])
    return seen
async def late_timers_in_order():
    seen, loop = [], asyncio.get_running_loop()
    for i in range(9): loop.call_later(i / 10, seen.append, i)
    time.sleep(5)
    await asyncio.sleep(0.001)
    return seen
async def lock_is_fair():
    seen, lock = [], asyncio.Lock()
    async def work(i):
        async with lock:
            seen.append(i)
            await asyncio.sleep(0.1)
    await asyncio.gather(*[work(i) for i in range(9)])
    return seen
async def semaphore_in_order():
    seen, slots = [], asyncio.Semaphore(2)
    async def work(i):
        async with slots:
            seen.append(i)
            await asyncio.sleep(1 + i / 10)
    await asyncio.gather(*[work(i) for i in range(9)])
    return seen
async def queue_in_order():
    queue, seen = asyncio.Queue(), []
    for i in range(9): queue.put_nowait(i)
    async def work():
        while not queue.empty(): seen.append(await queue.get())
    await asyncio.gather(work(), work())
    return seen
async def futures_wake_in_order():
    seen, loop = [], asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(9)]
    async def wait(i): await futures[i]; seen.append(i)
    tasks = [asyncio.create_task(wait(i)) for i in range(9)]
    await asyncio.sleep(0)
    for future in futures: future.set_result(None)
    await asyncio.wait(tasks)
    return seen
async def event_wakes_in_order():
    seen, event = [], asyncio.Event()
    async def wait(i): await event.wait(); seen.append(i)
    tasks = [asyncio.create_task(wait(i)) for i in range(9)]
    await asyncio.sleep(1)
    event.set()
    await asyncio.wait(tasks)
    return seen
async def pool_maps_in_order():
    with ThreadPoolExecutor(3) as pool: return list(pool.map(int, range(9)))
def dicts_in_order():
    return list(dict.fromkeys(range(9)))
async def time_is_exact():
    begin = time.monotonic()
    await asyncio.gather(*[after(1, i) for i in range(9)])
    return [round(time.monotonic() - begin, 9), repr(asyncio.current_task())[:5], type(asyncio.current_task()).__name__]
"""


def names(title: str) -> list[str]:
    """Return the functions below a heading of the program that take no arguments."""
    part = PROGRAM.partition(f"# -- {title}")[2].partition("\n# --")[0]
    return [
        line.split("def ")[1][:-3]
        for line in part.splitlines()
        if line.startswith(("def", "async def")) and "()" in line
    ]


Call = Callable[[int, str], Any]


@contextlib.contextmanager
def benches(python: Path | None = None) -> Iterator[Call]:
    """Give a function that returns what a function of the program returns under a schedule."""
    fix_addresses()
    with contextlib.ExitStack() as stack:
        made: dict[int, Bench] = {}

        def call(schedule: int, name: str) -> Any:
            if schedule not in made:
                jail = stack.enter_context(Jail("bwrap", find_interpreter(python), schedule))
                jail.start({FILE: PROGRAM.encode()})
                made[schedule] = Bench(jail)

            async def body(student):
                result = student[name]()
                return await result if hasattr(result, "__await__") else result

            if name.startswith("solo"):
                with made[schedule].student() as student:
                    return student[name]()
            return made[schedule].run(body)

        yield call


@pytest.fixture(scope="module")
def call() -> Iterator[Call]:
    with benches() as made:
        yield made


def differs(call: Call, name: str) -> bool:
    """Tell whether two schedules give different results."""
    first = call(1, name)
    return any(call(schedule, name) != first for schedule in SCHEDULES)


@pytest.mark.parametrize("name", names("left open"))
def test_what_is_left_open_has_no_one_order(name: str, call: Call) -> None:
    assert differs(call, name)


@pytest.mark.parametrize("name", names("promised"))
def test_what_is_promised_holds_under_every_schedule(name: str, call: Call) -> None:
    expected = list(range(9)) if name != "time_is_exact" else [1.0, "<Task", "Task"]

    assert [call(schedule, name) for schedule in (0, *SCHEDULES)] == [expected] * (len(SCHEDULES) + 1)


def test_same_schedule_draws_the_same() -> None:
    runs = []
    for _ in range(2):
        with benches() as call:
            runs.append(
                {
                    (schedule, name): call(schedule, name)
                    for name in names("left open")
                    for schedule in (0, 1, 2)
                }
            )

    assert runs[0] == runs[1]


def test_natural_order_of_threads_is_that_of_starting(call: Call) -> None:
    in_order = ("results_of_threads", "calls_from_threads", "sleepers_in_threads", "lock_of_threads")

    assert [call(0, name) for name in in_order] == [[0, 1, 2, 3, 4]] * len(in_order)
    assert call(0, "first_completed") == 4


LUCKY = {
    "results listed as the timers fire": """
        async def fetch(name):
            await asyncio.sleep(1)
            print(name)
        async def main():
            await asyncio.gather(fetch("A"), fetch("B"), fetch("C"))
    """,
    "the first of what wait has done": """
        async def fetch(name):
            await asyncio.sleep({"A": 1, "B": 2, "C": 3}[name])
            return name
        async def main():
            done, _ = await asyncio.wait([asyncio.create_task(fetch(name)) for name in "ABC"])
            for task in done: print(task.result())
    """,
    "the order of a set of names": """
        async def main():
            for name in {"A", "B", "C"}: print(name)
    """,
    "results listed as the threads end": """
        async def main():
            await asyncio.gather(*[asyncio.to_thread(print, name) for name in "ABC"])
    """,
}
RIGHT = """
    async def fetch(name, seconds):
        await asyncio.sleep(seconds)
        return name
    async def main():
        for name in await asyncio.gather(fetch("A", 1), fetch("B", 1), fetch("C", 1)): print(name)
"""
HEAD = """
    import pytest
    from autograder.testing import check_lines
    pytestmark = [pytest.mark.exercise("1"), pytest.mark.concept("ordering"), pytest.mark.points(10)]
    async def test_order(student):
        await student.main()
"""
SHOW = HEAD + "        raise AssertionError(student.stdout)"
JUDGE = HEAD + "        check_lines(student.stdout, {expected!r}, 'the names')"


def graded(grade: Grader, suite: str, source: str, schedule: int) -> TestResult:
    """Grade one program under one schedule, through the whole of grading."""
    assignment = grade.assignment(suite, 10, Limits())
    submission = Submission(id="one", files={FILE: b"import asyncio\n" + textwrap.dedent(source).encode()})
    reports: list[SubmissionReport] = []
    run_suite(assignment, iter([submission]), reports.append, GradeOptions(jail="bwrap", schedule=schedule))
    return reports[0].exercises[0].tests[0]


@pytest.mark.parametrize("title", list(LUCKY))
def test_lucky_program_fails_under_some_schedule(title: str, grade: Grader) -> None:
    """Its author saw the natural order and took it for granted."""
    expected = graded(grade, SHOW, LUCKY[title], 0).message.split()
    judge = JUDGE.format(expected=expected)

    assert sorted(expected) == ["A", "B", "C"]
    assert graded(grade, judge, LUCKY[title], 0).outcome is Outcome.PASSED
    assert any(graded(grade, judge, LUCKY[title], each).outcome is Outcome.FAILED for each in SCHEDULES)


def test_right_program_is_right_under_every_schedule(grade: Grader) -> None:
    judge = JUDGE.format(expected=["A", "B", "C"])

    assert {graded(grade, judge, RIGHT, schedule).outcome for schedule in range(5)} == {Outcome.PASSED}


def test_reference_has_full_marks_under_schedules() -> None:
    assignment = load_assignment(ROOT, "lecture21")
    (reference,) = read_paths([assignment.solutions], assignment)
    reports: list[SubmissionReport] = []
    for schedule in (1, 2):
        options = GradeOptions(seed=21, jail="bwrap", schedule=schedule, audit="never")
        run_suite(assignment, iter([replace(reference, id=f"{schedule}")]), reports.append, options)

    assert [report.score for report in reports] == [100, 100]


@pytest.mark.slow
@pytest.mark.parametrize(
    "python",
    [
        pytest.param(
            path,
            id=path.parts[-3],
            marks=pytest.mark.skipif(not path.exists(), reason=f"there is no {path} here"),
        )
        for path in OTHER_PYTHONS
    ],
)
def test_other_versions_leave_open_and_promise_the_same(python: Path) -> None:
    with benches(python) as call:
        for name in names("left open"):
            assert differs(call, name), name
        for name in names("promised"):
            if name != "time_is_exact":
                assert [call(schedule, name) for schedule in SCHEDULES] == [list(range(9))] * len(
                    SCHEDULES
                ), name
