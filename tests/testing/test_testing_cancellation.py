"""A coroutine cancelled at each of its suspensions: which there are, how it takes each, who may not lie about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from lab import Bench, MakeBench, every_python, messages, outcomes
from suites import HEAD

from autograder.errors import GraderError
from autograder.jail.limits import JailLimits
from autograder.testing import Spy, StudentFailure
from autograder.testing.everywhere import Cancellations

PROGRAM = """\
import asyncio
kept = []
count = 0
async def fetch(): return await asyncio.sleep(1, "fetched")
async def good(name, seconds):
    print(name, "started")
    try:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await asyncio.sleep(seconds)
        await inner()
    except asyncio.CancelledError:
        print(name, "was cancelled")
        raise
    return name
async def inner():
    async with asyncio.timeout(5):
        await fetch()
async def never(): return 1
async def broken(): raise ValueError("broken")
async def broken_later():
    await asyncio.sleep(1)
    raise ValueError("broken")
async def swallows_the_second():
    await asyncio.sleep(0)
    try:
        await asyncio.sleep(0)  # here
    except asyncio.CancelledError:
        return [1]
async def raises_its_own():
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        raise asyncio.CancelledError
async def turns_it_around():
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        raise KeyError("no")
async def cleans_twice():
    try:
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            await fetch()
            raise
    finally:
        await fetch()
async def leaves():
    kept.append(asyncio.create_task(asyncio.sleep(1000)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    kept.pop().cancel()
def begin():
    return asyncio.ensure_future(asyncio.sleep(500, "alive"))
async def loses():
    task = asyncio.create_task(broken())
    await asyncio.sleep(0.5)
    return task.exception()
async def remembers():
    global count
    count += 1
    if count > 1:
        return "been here"
    await asyncio.sleep(1)
    await asyncio.sleep(1)
async def for_ever():
    while True: await asyncio.sleep(1)
async def swallows_for_ever():
    while True:
        try:
            await asyncio.sleep(1)
        except BaseException:
            pass
async def swallows_and_hangs():
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        await asyncio.Event().wait()
async def spins():
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        while True: pass
async def takes_back():
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        asyncio.current_task().uncancel()
        return "taken back"
async def gathers():
    await asyncio.gather(good("a", 1), good("b", 1))
async def group():
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(fetch())
        tasks.create_task(fetch())
async def shields():
    await asyncio.shield(asyncio.ensure_future(fetch()))
async def in_a_thread():
    await asyncio.to_thread(print, "thread")
class Connection:
    async def __aenter__(self):
        await asyncio.sleep(1)
        print("open")
        return self
    async def __aexit__(self, *error):
        print("closing")
        await asyncio.sleep(1)
    async def rows(self, count):
        for number in range(count):
            await asyncio.sleep(1)
            yield number
async def reads():
    async with Connection() as connection:
        rows = connection.rows(3)
        async for row in rows:
            await asyncio.sleep(0)
"""


@pytest.fixture
def program(bench: MakeBench) -> Bench:
    return bench(PROGRAM)


def line_of(text: str) -> int:
    return PROGRAM[: PROGRAM.index(text)].count("\n") + 1


def cancelled(program: Bench, name: str, **words: object) -> Cancellations:
    """Cancel a function without arguments everywhere."""

    async def body(student):
        return await student.cancel_at_every_await(lambda: student[name](), **words)

    return program.run(body)


@every_python
def test_each_await_is_met_once_in_order_with_its_line(bench: MakeBench) -> None:
    async def body(student):
        return await student.cancel_at_every_await(
            lambda: student.good("A", 3), cleanup=lambda: student.stdout.count("A was cancelled")
        )

    report = bench(PROGRAM).run(body)
    first = line_of("        await asyncio.sleep(0)\n")

    assert [step.number for step in report] == [1, 2, 3, 4]
    assert [step.line for step in report] == [first, first + 1, first + 2, line_of("async def fetch")]
    assert report[3].place.startswith("fetch, line 4: async def fetch(): return await")
    assert report.all_reraised
    assert report.all_cleaned_up
    assert report.nothing_left
    assert report.complete
    assert [step.ended for step in report] == [0.0] * 4
    assert str(report) == "cancelled at each of its 4 suspensions, it ended as cancelled"


def test_what_never_waits_has_not_passed(program: Bench) -> None:
    report = cancelled(program, "never")

    assert len(report) == 0
    assert report.complete
    assert not report.all_reraised
    assert not report.all_cleaned_up
    assert "never waits" in str(report)


def test_error_of_the_run_that_was_not_cancelled_is_kept(program: Bench) -> None:
    early, late = cancelled(program, "broken"), cancelled(program, "broken_later")

    assert repr(early.error) == repr(late.error) == "ValueError('broken')"
    assert not early.all_reraised
    assert (
        str(early)
        == "it ended with ValueError: broken before there was a moment at which it could be cancelled"
    )
    assert late.all_reraised


@pytest.mark.parametrize(
    ("name", "place", "swallowed", "how"),
    [
        ("swallows_the_second", 2, True, "it swallowed the cancellation and returned [1]"),
        ("takes_back", 1, True, "it swallowed the cancellation and returned 'taken back'"),
        ("raises_its_own", 1, False, "another CancelledError came out than the one that went in"),
        ("turns_it_around", 1, False, "KeyError: 'no' came out in place of the CancelledError"),
    ],
)
def test_first_wrong_suspension_is_named(
    program: Bench, name: str, place: int, swallowed: bool, how: str
) -> None:
    report = cancelled(program, name)
    wrong = report[place - 1]

    assert [step.reraised for step in report] == [number != place for number in range(1, len(report) + 1)]
    assert (wrong.swallowed, wrong.how) == (swallowed, how)
    assert not report.all_reraised
    assert str(report).startswith(
        f"cancelled at its suspension {place} of {len(report)} ({name}, line {wrong.line}: "
    )
    assert str(report).endswith(f": {how}")


def test_cleanups_are_counted_on_this_side_and_take_their_time(program: Bench) -> None:
    async def body(student):
        fetch = student.patch("fetch", Spy(delay=2))
        return await student.cancel_at_every_await(
            lambda: student.cleans_twice(), cleanup=lambda: fetch.count
        )

    report = program.run(body)

    assert [(step.cleanups, step.ended, step.reraised) for step in report] == [(2, 4.0, True), (1, 0.0, True)]
    assert not report.all_cleaned_up
    assert str(report).endswith("it cleaned up 2 times instead of once")


def test_each_run_is_told_what_it_left_and_the_next_begins_anew(program: Bench) -> None:
    report = cancelled(program, "leaves")

    assert [len(step.leaks.pending) for step in report] == [1, 1]
    assert not report.nothing_left
    assert "left something behind: tasks still running" in str(report)
    assert [step.leaks.lost for step in cancelled(program, "loses")] == [["ValueError: broken"]]
    assert len(cancelled(program, "remembers")) == 2


def test_what_was_there_before_is_neither_held_against_it_nor_harmed(program: Bench) -> None:
    async def body(student):
        await student.leaves()
        before = student.begin()
        student.count = 7
        report = await student.cancel_at_every_await(lambda: student.good("A", 1))
        return report.nothing_left, student.count, await before

    assert program.run(body) == (True, 7, "alive")


def test_endless_one_is_bounded(program: Bench) -> None:
    report = cancelled(program, "for_ever", most=7)

    assert (len(report), report.complete, report.all_reraised) == (7, False, True)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("swallows_for_ever", "virtual time limit"),
        ("swallows_and_hangs", "deadlock"),
        ("spins", "processor time limit"),
    ],
)
def test_one_that_never_ends_is_the_students(program: Bench, name: str, limit: str) -> None:
    async def body(student):
        return await student.cancel_at_every_await(lambda: student[name]())

    with pytest.raises(StudentFailure, match=limit):
        program.run(body, JailLimits(cpu_seconds=0.3, virtual_ns=10**12))


@pytest.mark.parametrize("name", ["gathers", "group", "shields", "in_a_thread"])
def test_waiting_for_others_is_one_suspension_and_passes_on(program: Bench, name: str) -> None:
    report = cancelled(program, name)

    assert report.all_reraised, report
    assert len(report) == 1


def test_body_of_the_tests_own(program: Bench) -> None:
    """Enter, each row, and exit are met; the test's own waiting is not, and the block is left properly."""

    async def body(student):
        async def use():
            async with student.Connection() as connection:
                await asyncio.sleep(0.25)
                async for _ in connection.rows(3):
                    await asyncio.sleep(0.25)

        return await student.cancel_at_every_await(use, cleanup=lambda: student.stdout.count("closing"))

    report = program.run(body)

    assert [step.cleanups for step in report] == [0, 1, 1, 1, 1]
    assert [step.ended for step in report] == [0.0, 1.0, 1.0, 1.0, 0.0]
    assert report.all_reraised
    assert report.nothing_left, report


def test_generators_that_a_cancellation_interrupts_are_not_left_open(program: Bench) -> None:
    report = cancelled(program, "reads")

    assert len(report) == 8
    assert report.all_reraised
    assert report.nothing_left, report


def test_time_out_and_task_group_of_the_test_count_the_cancellation(program: Bench) -> None:
    async def body(student):
        seen = []

        async def use():
            try:
                async with asyncio.timeout(50):
                    await student.good("A", 1)
            finally:
                seen.append(asyncio.current_task().cancelling())

        report = await student.cancel_at_every_await(use)
        return report.all_reraised, seen

    assert program.run(body) == (True, [1, 1, 1, 1, 0])


def test_others_do_not_run_between_suspension_and_cancellation(bench: MakeBench) -> None:
    """At the very suspension that another task would end in the same moment, the cancellation comes first."""

    async def watch(student):
        spy: list[bool] = []
        student.seen = student.Watched(spy.append)
        report = await student.cancel_at_every_await(lambda: student.waits())
        return len(report), spy

    program = bench("""
        import asyncio
        class Watched:
            def __init__(self, tell): self.append = tell
        seen = None
        async def waits():
            loop = asyncio.get_running_loop()
            future = loop.create_future()
            loop.call_soon(lambda: seen.append(future.cancelled()))
            loop.call_soon(lambda: future.done() or future.set_result("woken"))
            return await future
    """)

    assert program.run(watch) == (1, [True, False])


def test_other_tasks_of_the_test_go_on_as_ever(program: Bench) -> None:
    async def body(student):
        other = asyncio.create_task(student.good("other", 3))
        report = await student.cancel_at_every_await(lambda: student.good("A", 1))
        return len(report), report.all_reraised, await other

    assert program.run(body) == (4, True, "other")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"call": 3}, "a function that makes a fresh coroutine"),
        ({"most": 0}, "most=0"),
        ({"cleanup": lambda: "many"}, "cleanup must return"),
    ],
)
def test_mistake_of_the_author_is_no_students(program: Bench, words: dict[str, object], said: str) -> None:
    async def body(student):
        await student.cancel_at_every_await(**{"call": student.good, **words})

    with pytest.raises(GraderError, match=said):
        program.run(body)


def test_error_of_the_tests_own_part_comes_out(program: Bench) -> None:
    async def body(student):
        async def use():
            try:
                await student.good("A", 1)
            except asyncio.CancelledError:
                raise AssertionError("seen by the test") from None

        await student.cancel_at_every_await(use)

    with pytest.raises(AssertionError, match="seen by the test"):
        program.run(body)


def test_message_of_a_failed_test_names_the_line(grade: Callable[..., object]) -> None:
    suite = (
        HEAD
        + """
    async def test_one(student):
        report = await student.cancel_at_every_await(lambda: student.swallows_the_second())
        assert report.all_reraised, str(report)
    """
    )
    report = grade(suite, {"a": PROGRAM}, points=1)["a"]

    assert outcomes(report) == {"test_one": "failed"}
    assert messages(report)["test_one"].startswith(
        f"cancelled at its suspension 2 of 2 (swallows_the_second, line {line_of('# here')}: "
        "await asyncio.sleep(0)  # here): it swallowed the cancellation and returned [1]"
    )


LIAR = """
import asyncio, sys
server = None
def news(*message):
    server = sys.stdout._recorder._runtime.server
    server.post(list(message))
async def lie(*message):
    news(*message)
    await asyncio.sleep(1)
async def hides():
    mirror = next(iter(sys.stdout._recorder._runtime.server._mirrors.values()))
    mirror.suspensions._left = -1
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        return "swallowed"
"""


@pytest.mark.parametrize(
    "message",
    [
        ("parked", 1, 3, "here"),
        ("parked", 99, 3, "here"),
        ("parked", 1, -3, "here"),
        ("parked", 1, 3, ["here"]),
        ("parked", 1, 3),
        ("parked", True, 3, "here"),
        ("parked", 1, 3, "x" * 3000),
    ],
)
def test_suspension_that_nobody_asked_for_ends_the_process(
    bench: MakeBench, message: tuple[object, ...]
) -> None:
    async def body(student):
        await student.lie(*message)

    with pytest.raises(StudentFailure):
        bench(LIAR).run(body)


def test_suspension_told_twice_ends_the_process(bench: MakeBench) -> None:
    async def body(student):
        await student.cancel_at_every_await(lambda: student.lie("parked", 1, 3, "here"))

    with pytest.raises(StudentFailure):
        bench(LIAR).run(body)


def test_who_hides_its_suspensions_has_not_passed(bench: MakeBench) -> None:
    async def body(student):
        return (await student.cancel_at_every_await(lambda: student.hides())).all_reraised

    assert bench(LIAR).run(body) is False
