"""Public tests of lecture 21: one or two things about each part of your program, on a clock that is pretended.

`autograder check` runs them; pytest alone does not know what `student` and `rng` are. Each test says which blanks it
is about. The inputs are drawn afresh in each run, and what a test asks for is all in it: read them. The hidden tests
ask the same things more closely, and some more.
"""

import asyncio
import contextlib

import pytest

from autograder.testing import Heartbeat, Spy, check, check_lines, check_time, must_raise, now, start

SOURCES = {"A": 1.0, "B": 0.5, "C": 0.8}
JOBS = {"A": 2.0, "B": 0.5, "C": 1.0}
TIMEOUT = 1.2
HANDSHAKE = 0.01
ROW = 0.005


async def ended(awaitable):
    """Let something run to its end, a good or a bad one; return its task."""
    task = start(awaitable)
    await asyncio.wait([task])
    return task


@contextlib.contextmanager
def explained_by(task):
    """Check something. If it is not so, and the task has failed, then the task's own error tells more."""
    try:
        yield
    except AssertionError as unmet:
        failed = task.done() and not task.cancelled() and task.exception() is not None
        raise (task.exception() if failed else unmet) from None


def name_and_number(call, usual):
    """Return the text and the number among a call's arguments, or the usual number where a default gives it."""
    name = next((value for value in call.values if isinstance(value, str)), "")
    numbers = [float(value) for value in call.values if type(value) in (int, float)]
    return name, numbers[0] if numbers else usual.get(name, 0.0)


def lines_of(student):
    """Return the lines that were printed so far."""
    return [line for _, line in student.prints()]


# -- 21.1: coroutines and asyncio.gather ----------------------------------------------------------------------------


@pytest.mark.exercise("21.1")
@pytest.mark.blanks(1, 4)
@pytest.mark.concept("output")
@pytest.mark.hint("One line before the wait and one after it, each an f-string with the parameter in it.")
async def test_fetch_says_when_it_starts_and_when_it_is_done(student, rng):
    """fetchData prints "Starting fetch ..." at once, and "Completed fetch ..." at its end."""
    name = rng.word()
    fetch = await ended(student.fetchData(name, rng.seconds(1, 3)))
    with explained_by(fetch):
        check_lines(
            lines_of(student), [f"Starting fetch {name}", f"Completed fetch {name}"], "what fetchData prints"
        )
        (first, _), *_, (last, _) = student.prints()
        check_time(first, 0, "the moment of the line that it starts")
        check_time(last, now(), "the moment of the line that it is done")


@pytest.mark.exercise("21.1")
@pytest.mark.blanks(2)
@pytest.mark.concept("suspension")
@pytest.mark.hint("Only an `await` lets others run; what asyncio offers for a pause can be awaited.")
async def test_fetch_waits_and_lets_others_run(student, rng):
    """fetchData takes delaySeconds, and the event loop runs other things meanwhile."""
    delay = rng.seconds(3, 9)
    async with Heartbeat(every=0.1) as heart:
        fetch = await ended(student.fetchData(rng.word(), delay))
    with explained_by(fetch):
        check_time(now(), delay, f"the time that a fetch with delaySeconds = {delay} takes")
        assert heart.steady, "the event loop stood still while fetchData was waiting"


@pytest.mark.exercise("21.1")
@pytest.mark.blanks(3, 5)
@pytest.mark.concept("result")
@pytest.mark.hint("Printing is not enough: the caller gets what stands behind `return`.")
async def test_fetch_gives_its_data(student, rng):
    """fetchData gives its caller the text "Data from source ..."."""
    name = rng.word()
    data = await student.fetchData(name, rng.seconds(0.2, 2))
    check(data, f"Data from source {name}", "what fetchData returns")


@pytest.mark.exercise("21.1")
@pytest.mark.blanks(6)
@pytest.mark.concept("concurrency")
@pytest.mark.hint("All three have to be on their way before you wait for the first result.")
async def test_main_fetches_three_sources_at_the_same_time(student, rng):
    """main fetches A, B and C, with their delays, all at the same time."""
    fetch = student.patch("fetchData", Spy(delay=rng.seconds(1, 3), result=rng.word()))
    main = await ended(student.main())
    with explained_by(main):
        asked = sorted(name_and_number(call, SOURCES) for call in fetch.calls)
        check(asked, sorted(SOURCES.items()), "the sources and delays that main asks for")
        check(fetch.max_in_flight, 3, "the number of fetches that wait at the same time")
        check({call.started for call in fetch.calls}, {0.0}, "the moments at which they start")


@pytest.mark.exercise("21.1")
@pytest.mark.blanks(8)
@pytest.mark.concept("ordering")
@pytest.mark.hint("A loop over the results; they are in the order of the calls already, do not sort them.")
async def test_main_prints_the_results_in_order(student, rng):
    """main prints each result on a line of its own, in the order A, B, C."""
    results = dict(zip(SOURCES, sorted(rng.words(3), reverse=True), strict=True))
    delays = {"A": 0.9, "B": 0.1, "C": 0.5}
    student.patch(
        "fetchData",
        Spy(
            delay=lambda call: delays.get(name_and_number(call, SOURCES)[0], 0.2),
            result=lambda call: results.get(name_and_number(call, SOURCES)[0], "?"),
        ),
    )
    main = await ended(student.main())
    with explained_by(main):
        check_lines(lines_of(student)[:3], list(results.values()), "what main prints first")


@pytest.mark.exercise("21.1")
@pytest.mark.blanks(7, 9)
@pytest.mark.concept("main")
@pytest.mark.hint("The time now, less the time at the start; in the f-string, `:.2f` gives two decimals.")
async def test_main_prints_the_time_that_has_passed(student, rng):
    """The last line of main tells how long the fetches really took, with two decimals."""
    student.patch("fetchData", Spy(delay=rng.seconds(3, 9, step=0.1), result=rng.word()))
    await student.main()
    total = f"Total time: {now():.2f}s (vs ~2.3s sequential)"
    check_lines(lines_of(student)[-1:], [total], "the last line that main prints")


# -- 21.2: tasks and cancellation -----------------------------------------------------------------------------------


@pytest.mark.exercise("21.2")
@pytest.mark.blanks(1, 3, 4)
@pytest.mark.concept("output")
@pytest.mark.hint("Print before the wait and after it, then return the text; each is made with the job's id.")
async def test_job_that_is_left_alone(student, rng):
    """A job that nobody cancels prints that it started and that it completed, and gives "Result_..."."""
    name = rng.word()
    job = await ended(student.longRunningJob(name, rng.seconds(1, 3)))
    with explained_by(job):
        check_lines(
            lines_of(student), [f"Job {name} started", f"Job {name} completed"], "what the job prints"
        )
        (first, _), *_, (last, _) = student.prints()
        check_time(first, 0, "the moment of the line that it started")
        check_time(last, now(), "the moment of the line that it completed")
    check(job.result(), f"Result_{name}", "what the job returns")


@pytest.mark.exercise("21.2")
@pytest.mark.blanks(2)
@pytest.mark.concept("suspension")
@pytest.mark.hint("A pause that is awaited can be cancelled, and others run meanwhile.")
async def test_job_takes_its_duration_and_lets_others_run(student, rng):
    """A job takes its duration, and the event loop runs other things meanwhile."""
    duration = rng.seconds(3, 9)
    async with Heartbeat(every=0.1) as heart:
        job = await ended(student.longRunningJob(rng.word(), duration))
    with explained_by(job):
        check_time(now(), duration, f"the time that a job of {duration} s takes")
        assert heart.steady, "the event loop stood still while the job was waiting"


@pytest.mark.exercise("21.2")
@pytest.mark.blanks(5, 6, 7)
@pytest.mark.concept("cancellation")
@pytest.mark.hint("Name the one exception that a cancellation raises, print, and let it go on its way.")
async def test_cancelled_job_says_so_and_stays_cancelled(student, rng):
    """A job that is cancelled while it waits prints that it was cancelled, and counts as cancelled."""
    name = rng.word()
    job = start(student.longRunningJob(name, rng.seconds(3, 9)))
    await asyncio.sleep(rng.seconds(0.5, 2))
    before = len(lines_of(student))
    job.cancel()
    await asyncio.wait([job])
    with explained_by(job):
        printed = lines_of(student)[before:]
        check_lines(printed, [f"Job {name} was cancelled"], "what the job prints when it is cancelled")
        assert job.cancelled(), "the job did not end as cancelled: its CancelledError got lost"


@pytest.mark.exercise("21.2")
@pytest.mark.blanks(8)
@pytest.mark.concept("concurrency")
@pytest.mark.hint("A coroutine alone does not run. Let asyncio make a task of each, and do not await yet.")
async def test_main_starts_three_jobs(student, rng):
    """main starts the jobs A, B and C, with their durations, all at once."""
    jobs = student.patch("longRunningJob", Spy(delay=rng.seconds(0.2, 0.9), result=rng.word()))
    main = await ended(student.main())
    await asyncio.sleep(0.1)
    with explained_by(main):
        asked = sorted(name_and_number(call, JOBS) for call in jobs.calls)
        check(asked, sorted(JOBS.items()), "the jobs and durations that main starts")
        check({call.started for call in jobs.calls}, {0.0}, "the moments at which they start")


@pytest.mark.exercise("21.2")
@pytest.mark.blanks(9, 10)
@pytest.mark.concept("main")
@pytest.mark.hint(
    "asyncio can wait with a time-out and then gives two sets; `len` tells how many are in one."
)
async def test_main_counts_after_1_2_seconds(student, rng):
    """main waits for 1.2 seconds and then prints how many jobs are done, and how many are pending."""
    done = rng.choice([0, 1])
    delays = [rng.seconds(0.2, 0.9)] * done + [rng.seconds(2, 5)] * (3 - done)
    student.patch("longRunningJob", Spy(delay=rng.sample(delays, 3), result=rng.word()))
    main = await ended(student.main())
    with explained_by(main):
        check_lines(lines_of(student), [f"Done: {done}, Pending: {3 - done}"], "what main prints itself")
        check_time(student.prints()[0][0], TIMEOUT, "the moment at which main prints it")


@pytest.mark.exercise("21.2")
@pytest.mark.blanks(11, 12)
@pytest.mark.concept("cleanup")
@pytest.mark.hint(
    "`cancel()` only asks a task to end. Wait for them all, and let no error of theirs stop you."
)
async def test_main_cancels_and_waits_for_the_cleanup(student, rng):
    """main cancels each job that is pending, no other one, and returns when they all have cleaned up."""
    names = rng.sample(sorted(JOBS), 3)
    cancelled, cleaned = [], []

    async def job(*args, **kwargs):
        name = next((value for value in (*args, *kwargs.values()) if isinstance(value, str)), "")
        completed = False
        try:
            await asyncio.sleep(0.5 if name == names[0] else 60)
            completed = True
        finally:
            if not completed:
                cancelled.append(name)
                await asyncio.sleep(0.3 if name == names[1] else 2)
                cleaned.append(name)

    student.patch("longRunningJob", job)
    main = await ended(student.main())
    with explained_by(main):
        check(sorted(cancelled), sorted(names[1:]), "the jobs that were cancelled")
        check(sorted(cleaned), sorted(names[1:]), "those of them that had cleaned up when main returned")
    main.result()


# -- 21.3: an async context manager and an async generator ----------------------------------------------------------


@pytest.mark.exercise("21.3")
@pytest.mark.blanks(1, 2, 3)
@pytest.mark.concept("enter")
@pytest.mark.hint("`isOpen` is False until the wait in `__aenter__` is over.")
async def test_connection_opens_by_a_handshake(student, rng):
    """A new connection is not open; it opens by a handshake of 0.01 seconds."""
    connection = student.AsyncDatabaseConnection(rng.url())
    check(connection.isOpen, False, "isOpen of a new connection")
    entering = start(connection.__aenter__())
    await asyncio.sleep(HANDSHAKE / 2)
    check(connection.isOpen, False, "isOpen in the middle of the handshake")
    await asyncio.wait([entering])
    with explained_by(entering):
        check_time(now(), HANDSHAKE, "the time that the handshake takes")
        check(connection.isOpen, True, "isOpen after the handshake")


@pytest.mark.exercise("21.3")
@pytest.mark.blanks(5)
@pytest.mark.concept("enter")
@pytest.mark.hint("What `__aenter__` returns gets the name behind `as`.")
async def test_block_gets_the_connection(student, rng):
    """The name behind "as" stands for the connection itself."""
    connection = student.AsyncDatabaseConnection(rng.url())
    given = await connection.__aenter__()
    assert given is connection, f"the name behind `as` stands for {given!r}, which is not the connection"


@pytest.mark.exercise("21.3")
@pytest.mark.blanks(4, 8)
@pytest.mark.concept("output")
@pytest.mark.hint(
    "Each method prints its own line, when the thing has happened; the address is in self.dbUrl."
)
async def test_connection_says_when_it_opens_and_closes(student, rng):
    """The connection prints "Connected to ..." before the block, and "Disconnected from ..." after it."""
    url = rng.url()
    begun = []

    async def use():
        async with student.AsyncDatabaseConnection(url):
            begun.append(now())
            await asyncio.sleep(1)

    block = await ended(use())
    with explained_by(block):
        check_lines(
            lines_of(student),
            [f"Connected to {url}", f"Disconnected from {url}"],
            "what the connection prints",
        )
        (first, _), *_, (last, _) = student.prints()
        check_time(first, begun[0], "the moment of the line that it is connected")
        check_time(last, now(), "the moment of the line that it is disconnected")


@pytest.mark.exercise("21.3")
@pytest.mark.blanks(6, 7, 9)
@pytest.mark.concept("aexit")
@pytest.mark.hint(
    "`__aexit__` does its work however the block ends. Only a true result keeps the error back."
)
async def test_connection_closes_and_lets_an_error_go_on(student, rng):
    """When the block raises an error, the connection closes in 0.01 seconds, and the error comes out."""
    connection = student.AsyncDatabaseConnection(rng.url())
    error = ValueError(rng.word())
    async with Heartbeat(every=HANDSHAKE / 4) as heart:
        with must_raise(ValueError, "a ValueError raised in the block did not come out of it") as caught:
            async with connection:
                left = now()
                raise error
    assert caught.error is error, f"{error!r} was raised in the block, but {caught.error!r} came out"
    check_time(now() - left, HANDSHAKE, "the time that closing takes")
    check(connection.isOpen, False, "isOpen after the block")
    assert heart.steady, "the event loop stood still while the connection opened or closed"


@pytest.mark.exercise("21.3")
@pytest.mark.blanks(10, 11)
@pytest.mark.concept("streaming")
@pytest.mark.hint("In each round of the loop: first the pause, then hand out a dict that is made there.")
async def test_rows_come_one_at_a_time(student, rng):
    """fetchRows hands out one row after the other, each 0.005 seconds after it was asked for."""
    count = rng.randint(2, 5)
    rows, waits = [], []

    async def take():
        async with student.AsyncDatabaseConnection(rng.url()) as connection:
            asked = now()
            async for row in connection.fetchRows(count):
                waits.append(now() - asked)
                rows.append(row)
                await asyncio.sleep(0.1)
                asked = now()

    async with Heartbeat(every=ROW / 4) as heart:
        taken = await ended(take())
    with explained_by(taken):
        check(rows, [{"id": n, "value": n * 10} for n in range(count)], f"the rows of fetchRows({count})")
        for row, wait in zip(rows, waits, strict=True):
            check_time(wait, ROW, f"the wait for the row {row}")
        assert heart.steady, "the event loop stood still while a row was waited for"


@pytest.mark.exercise("21.3")
@pytest.mark.blanks(12, 13, 14)
@pytest.mark.concept("main")
@pytest.mark.hint("An `async with`, in it an `async for`, in it the print; the loop prints what it gets.")
async def test_main_prints_three_rows(student, rng):
    """main opens a connection to db://prod, and prints three rows of it as they come."""
    rows = [{"id": rng.randint(100, 999), "value": rng.randint(100, 999)} for _ in range(3)]
    used, counts, given = [], [], []

    async def fetchRows(connection, *args, **kwargs):
        used.append(connection)
        counts.extend([*args, *kwargs.values()])
        for row in rows:
            await asyncio.sleep(1)
            given.append((now(), connection.isOpen))
            yield row

    student.patch("AsyncDatabaseConnection.fetchRows", fetchRows)
    main = await ended(student.main())
    with explained_by(main):
        printed = [(time, line) for time, line in student.prints() if line.startswith("Row")]
        check_lines(
            [line for _, line in printed], [f"Row: {row}" for row in rows], "the rows as main prints them"
        )
        for (time, line), (moment, is_open) in zip(printed, given, strict=True):
            check_time(time, moment, f"the moment of the line {line!r}")
            check(is_open, True, "isOpen while main takes its rows")
        check(counts or [3], [3], "the number of rows that main asks for")
        check(used[0].isOpen, False, "isOpen when main has ended")
        assert "db://prod" in student.stdout, "main does not connect to db://prod"
