"""Hidden tests of exercise 21.3: an async context manager and an async generator.

``main`` is judged with a substituted ``fetchRows``, which sees on this side of the wire when main asks for a row and
whether the connection is open then.
"""

import asyncio
import contextlib
import itertools

import pytest

from autograder.testing import Heartbeat, check, check_lines, check_time, must_raise, now, start

pytestmark = pytest.mark.exercise("21.3")

HANDSHAKE = 0.01
ROW = 0.005


class Boom(Exception):
    """An error of the test's own, which no program can have foreseen."""


class Halt(BaseException):
    """An error of the test's own that is no Exception, as CancelledError is none."""


KINDS = (
    *(ValueError, Boom, KeyError, RuntimeError, OSError, TimeoutError, ZeroDivisionError, AssertionError),
    *(Halt, ConnectionError, TypeError, Exception),
)


def expected_rows(count):
    """Return the rows that fetchRows(count) gives."""
    return [{"id": number, "value": number * 10} for number in range(count)]


async def collect(iterator):
    """Return all that an async iterator gives."""
    return [row async for row in iterator]


async def stop_early(iterator):
    """Do what leaving an ``async for`` early comes to: close the iterator, where it can be closed."""
    close = getattr(iterator, "aclose", None)
    if close is not None:
        await close()


class Rows:
    """A double of fetchRows: fresh rows after fresh delays, and notes of what it saw of the connection."""

    def __init__(self, rng, error_after=None):
        self.rows = [{"id": rng.randint(100, 999), "value": rng.randint(100, 999)} for _ in range(3)]
        self.delays = [rng.seconds(0.1, 2) for _ in range(3)]
        self.error_after = error_after
        self.connection = None
        self.counts = []
        self.was_open = []
        self.given_at = []

    def function(self):
        """Return the async generator function to put in the place of the student's."""

        async def fetchRows(*args, **kwargs):
            self.connection, *others = args
            self.counts += [*others, *kwargs.values()]
            for number, (row, delay) in enumerate(zip(self.rows, self.delays, strict=True)):
                await asyncio.sleep(delay)
                if number == self.error_after:
                    raise Boom("the connection broke")
                self.was_open.append(self.connection.isOpen)
                self.given_at.append(now())
                yield row

        return fetchRows


# -- the connection -------------------------------------------------------------------------------------------------


@pytest.mark.points(3)
@pytest.mark.concept("enter")
@pytest.mark.hint(
    "The constructor only stores and sets `self.isOpen = False`; `__aenter__` sets it to True, after the wait."
)
async def test_connection_is_open_inside_the_block_only(student, rng):
    """Making a connection object does not connect, and prints nothing; inside ``async with`` it is open."""
    connections = [student.AsyncDatabaseConnection(rng.url()) for _ in range(3)]
    for connection in connections:
        check(connection.isOpen, False, "isOpen of a new connection")
    check(student.stdout, "", "what making a connection object prints")
    check_time(now(), 0, "the time that making a connection object takes")
    for connection, other in itertools.pairwise(connections):
        async with connection:
            check(connection.isOpen, True, "isOpen inside the block")
            check(other.isOpen, False, "isOpen of a connection that was not entered yet")
            await asyncio.sleep(rng.seconds(0.1, 2))
            check(connection.isOpen, True, "isOpen inside the block, some time later")


@pytest.mark.points(3)
@pytest.mark.concept("enter")
@pytest.mark.hint(
    "`return self` gives the variable behind `as` its value; what belongs to a connection is kept in `self`."
)
async def test_each_block_gets_its_own_connection(student, rng):
    """``async with ... as conn`` gives the connection itself, and two connections know nothing of each other."""
    first, second = rng.url(), rng.url()
    outer, inner = student.AsyncDatabaseConnection(first), student.AsyncDatabaseConnection(second)
    assert outer is not inner, "two connections are one and the same object"
    async with outer as given:
        assert given is outer, f"the variable behind `as` is not the connection but {given!r}"
        async with inner as given:
            assert given is inner, f"the variable behind `as` is not the connection but {given!r}"
            opened = [outer.isOpen, inner.isOpen]
        closed = [outer.isOpen, inner.isOpen]
    if opened == [True, True]:  # one that never opens or never closes is another test's question
        assert closed in ([True, False], [True, True]), (
            "closing the inner connection closes the outer one, too"
        )
    named = [url for line in student.stdout.split("\n") for url in (first, second) if url in line]
    if len(named) == 4:
        check(named, [first, second, second, first], "the connections that the lines name")
    elif named:
        assert {first, second} == set(named), "only one of two connections is named in the output"


@pytest.mark.points(2)
@pytest.mark.concept("enter")
@pytest.mark.hint("First the wait of 0.01 s, then isOpen and the line.")
async def test_connection_opens_after_the_handshake(student, rng):
    """The handshake takes 0.01 s; only then is the connection open and says so."""
    connection = student.AsyncDatabaseConnection(rng.url())
    entering = start(connection.__aenter__())
    await asyncio.sleep(HANDSHAKE / 2)
    check(connection.isOpen, False, "isOpen in the middle of the handshake")
    check(student.stdout, "", "what is printed in the middle of the handshake")
    await entering
    check_time(now(), HANDSHAKE, "the time that connecting takes")
    check(connection.isOpen, True, "isOpen after the handshake")

    broken = student.AsyncDatabaseConnection(rng.url())
    entering = start(broken.__aenter__())
    await asyncio.sleep(HANDSHAKE / 2)
    lines = student.stdout
    entering.cancel()
    await asyncio.wait([entering])
    assert entering.cancelled(), "a handshake that was cancelled did not end as cancelled"
    check(broken.isOpen, False, "isOpen after a handshake that was cancelled")
    check(student.stdout, lines, "what is printed by a handshake that was cancelled")


@pytest.mark.points(2)
@pytest.mark.concept("output")
@pytest.mark.hint(
    "Exactly: `Connected to <dbUrl>` when it has connected, `Disconnected from <dbUrl>` when it has closed."
)
async def test_connection_prints_its_two_lines(student, rng):
    """The connection prints "Connected to ..." and "Disconnected from ...", each when it has happened."""
    expected = []

    async def use(url, error):
        async with student.AsyncDatabaseConnection(url):
            check_lines(
                student.stdout, [*expected, f"Connected to {url}"], "what is printed when the block begins"
            )
            await asyncio.sleep(1)
            if error is not None:
                raise error

    for error in (None, Boom(rng.word()), ValueError(rng.word()), asyncio.CancelledError()):
        url = rng.url()
        block = start(use(url, error))
        await asyncio.sleep(0.5)
        if isinstance(error, asyncio.CancelledError):
            block.cancel()
        await asyncio.wait([block])
        expected += [f"Connected to {url}", f"Disconnected from {url}"]
        check_lines(student.stdout, expected, "what is printed when the block has ended")


@pytest.mark.points(2)
@pytest.mark.concept("suspension")
@pytest.mark.hint(
    "`await asyncio.sleep(...)` to connect, to close, and before each row; `time.sleep` stops everybody."
)
async def test_nothing_blocks_the_event_loop(student, rng):
    """While the connection opens and closes, and while rows are fetched, the event loop runs other things."""
    count = rng.randint(3, 5)
    async with Heartbeat(every=0.003) as heart, student.AsyncDatabaseConnection(rng.url()) as connection:
        before = heart.beats
        async for _ in connection.fetchRows(count):
            pass
        between = heart.beats - before

    assert heart.steady, "the event loop stood still while something was waited for"
    assert not student.blocking, "a call like time.sleep stopped the event loop"
    assert between >= count, "fetching the rows did not wait for each of them"


@pytest.mark.points(2)
@pytest.mark.concept("aexit")
@pytest.mark.hint("`__aexit__` waits 0.01 s, sets `self.isOpen = False` and prints its line.")
async def test_connection_is_closed_after_the_block(student, rng):
    """After the block the connection is closed; closing takes 0.01 s and the line comes at its end."""
    connection = student.AsyncDatabaseConnection(rng.url())
    async with connection:
        await asyncio.sleep(1)
        end = now()
    check_time(now() - end, HANDSHAKE, "the time that closing takes")
    check(connection.isOpen, False, "isOpen after the block")
    times = [time - end for time, _ in student.prints() if time > 0.5]
    assert times, "nothing is printed when the connection closes"
    check_time(times[-1], HANDSHAKE, "the moment of the last line, after the end of the block")


@pytest.mark.points(3)
@pytest.mark.concept("aexit")
@pytest.mark.hint("Do the same in `__aexit__` whatever it is told about an exception.")
async def test_connection_is_closed_however_the_block_ends(student, rng):
    """When the block raises, or is left by ``return`` or ``break``, the connection is closed just the same."""
    for error in (ValueError(rng.word()), Boom(rng.word())):
        connection = student.AsyncDatabaseConnection(rng.url())
        begin = now()
        inside = None
        try:
            async with connection:
                inside = student.stdout
                raise error
        except Exception:  # noqa: BLE001 - whatever comes out
            pass  # whether it comes out is another test's question
        assert inside is not None, "the block was not entered"
        check(connection.isOpen, False, f"isOpen after a block that raised {type(error).__name__}")
        check_time(
            now() - begin, 2 * HANDSHAKE, "the time that connecting and closing take when the block raises"
        )
        assert student.stdout != inside, (
            f"nothing is printed after a block that raised {type(error).__name__}"
        )
    await check_left_early(student, rng)


async def check_left_early(student, rng):
    """Leave a block by return and one by break: both connections are closed."""
    connections = [student.AsyncDatabaseConnection(rng.url()) for _ in range(2)]

    async def leave_by_return():
        async with connections[0]:
            return student.stdout

    inside = await leave_by_return()
    check(connections[0].isOpen, False, "isOpen after the block was left by return")
    assert student.stdout != inside, "nothing is printed after the block was left by return"
    while True:
        async with connections[1]:
            inside = student.stdout
            break
    check(connections[1].isOpen, False, "isOpen after the block was left by break")
    assert student.stdout != inside, "nothing is printed after the block was left by break"


@pytest.mark.points(2)
@pytest.mark.concept("aexit")
@pytest.mark.hint(
    "A cancellation in the block reaches `__aexit__` as an exception like any other: close, and do not keep it."
)
async def test_connection_is_closed_after_a_cancellation(student, rng):
    """A task that is cancelled inside the block closes its connection, and stays cancelled."""
    connection = student.AsyncDatabaseConnection(rng.url())

    async def work():
        async with connection:
            await asyncio.sleep(60)

    task = start(work())
    await asyncio.sleep(rng.seconds(0.5, 2))
    inside, moment = student.stdout, now()
    task.cancel()
    await asyncio.wait([task])
    check(connection.isOpen, False, "isOpen after a cancelled block")
    check_time(now() - moment, HANDSHAKE, "the time that closing takes after a cancellation")
    assert student.stdout != inside, "nothing is printed after a cancelled block"
    await check_each_await(student, rng)


async def check_each_await(student, rng):
    """Cancel a task at each await of its block: the connection is closed (unless the closing itself is interrupted)."""
    entered, left = [], []
    pauses = [0, rng.seconds(0.1, 2), 0]

    async def work():
        connection = student.AsyncDatabaseConnection(rng.url())
        with contextlib.suppress(Exception):  # what comes out is another test's question
            async with connection:
                entered.append(connection)
                for pause in pauses:
                    await student.lib.asyncio.sleep(pause)
                left.append(connection)

    await student.cancel_at_every_await(work)
    for number, connection in enumerate(each for each in entered if each not in left):
        check(connection.isOpen, False, f"isOpen after a block that was cancelled at its await {number + 1}")


@pytest.mark.points(4)
@pytest.mark.concept("no-suppress")
@pytest.mark.hint(
    "What `__aexit__` returns decides: a true value swallows the exception, `return False` lets it go on."
)
async def test_exceptions_come_out_unchanged(student, rng):
    """An exception of the block, or a cancellation, comes out of it as it was."""
    make = student.AsyncDatabaseConnection
    for kind in rng.sample(KINDS, len(KINDS)):
        error = kind(rng.word())
        caught = None
        try:
            async with make(rng.url()):
                raise error
        except (Exception, Halt) as problem:  # noqa: BLE001 - whatever comes out is looked at
            caught = problem
        assert caught is not None, f"a {kind.__name__} raised in the block was swallowed"
        assert caught is error, f"a {kind.__name__} was raised in the block, but {caught!r} came out"
        assert error.__cause__ is None, f"the {kind.__name__} came out with another exception as its cause"
    await check_cancellation(student, rng)


async def check_cancellation(student, rng):
    """Cancel a task inside the block, while it sleeps, waits for a row, or closes: it stays cancelled."""
    reason = rng.word()

    async def work(rows):
        async with student.AsyncDatabaseConnection(rng.url()) as connection:
            async for _ in connection.fetchRows(rows):
                pass
            await asyncio.sleep(60)

    for rows in (0, 1000):
        task = start(work(rows))
        await asyncio.sleep(HANDSHAKE + rng.randint(2, 5) * ROW + ROW / 2)
        task.cancel(reason)
        with must_raise(asyncio.CancelledError, "the cancellation of the block was swallowed") as caught:
            await task
        check(caught.error.args, (reason,), "what the CancelledError carries")

    entered = []

    async def pause():
        entered.append(False)
        async with student.AsyncDatabaseConnection(rng.url()):
            entered[-1] = True
            await student.lib.asyncio.sleep(rng.seconds(0.1, 2))

    report = await student.cancel_at_every_await(pause)
    assert all(step.reraised for step, inside in zip(report, entered, strict=False) if inside), str(report)


# -- fetchRows ------------------------------------------------------------------------------------------------------


@pytest.mark.points(3)
@pytest.mark.concept("rows")
@pytest.mark.hint('Row i is `{"id": i, "value": i * 10}`, for i from 0 to count - 1.')
async def test_rows_are_right(student, rng):
    """fetchRows(count) gives count rows, each a dict of its own: id from 0, value ten times the id; none for 0."""
    async with student.AsyncDatabaseConnection(rng.url()) as connection:
        for count in (rng.randint(2, 4), 0, 1, rng.randint(11, 13)):
            check(
                await collect(connection.fetchRows(count)),
                expected_rows(count),
                f"the rows of fetchRows({count})",
            )
        rows = [row for _ in range(2) for row in await collect(student.objects(connection.fetchRows(2)))]
    check(
        [student.plain(row) for row in rows], expected_rows(2) * 2, "the rows, looked at after the last one"
    )
    check(len(set(map(id, rows))), 4, "the number of different objects among four rows")


@pytest.mark.points(3)
@pytest.mark.concept("streaming")
@pytest.mark.hint(
    "Inside the loop: first `await asyncio.sleep(0.005)`, then `yield` the row. Do not collect rows first."
)
async def test_rows_are_streamed(student, rng):
    """Each row comes 0.005 s after it was asked for, and the next one is not produced before it is asked for."""
    async with student.AsyncDatabaseConnection(rng.url()) as connection:
        was_open = connection.isOpen
        stream = connection.fetchRows(rng.randint(4, 6))
        await asyncio.sleep(1)
        pause = rng.seconds(0.1, 2)
        asked = now()
        async for row in stream:
            check_time(now() - asked, ROW, f"the wait for row {row}")
            await asyncio.sleep(pause)
            pause = rng.choice([0, rng.seconds(0.1, 2)])
            asked = now()
        check_time(now(), asked, "the end of the rows after the last one")
        check(connection.isOpen, was_open, "isOpen when all rows were fetched, still inside the block")


@pytest.mark.points(1)
@pytest.mark.concept("streaming")
@pytest.mark.hint(
    "Leaving an `async for` early closes the generator at its `yield`; nothing may hold that up."
)
async def test_leaving_the_rows_early_is_clean(student, rng):
    """A loop over the rows may be left early: the connection closes and nothing stays behind."""
    wanted = rng.randint(2, 4)
    rows = []
    async with student.AsyncDatabaseConnection(rng.url()) as connection:
        stream = connection.fetchRows(1000)
        async for row in stream:
            rows.append(row)
            if len(rows) == wanted:
                break
        lines, begin = student.stdout, now()
        await stop_early(stream)
        check(student.stdout, lines, "what leaving the loop early prints")
        check_time(now(), begin, "the moment at which the loop has been left")
    check(len(rows), wanted, "the rows up to then")
    assert not student.leaks, f"leaving the loop early leaves something behind: {student.leaks}"

    fetching = start(collect(student.AsyncDatabaseConnection(rng.url()).fetchRows(1000)))
    await asyncio.sleep(ROW * wanted + ROW / 2)
    fetching.cancel()
    await asyncio.wait([fetching])
    assert not student.leaks.pending, f"a cancelled wait for a row leaves something running: {student.leaks}"


# -- main -----------------------------------------------------------------------------------------------------------


@pytest.mark.points(2)
@pytest.mark.concept("main")
@pytest.mark.hint(
    "`async with AsyncDatabaseConnection(...) as conn:` around `async for row in conn.fetchRows(3):`."
)
async def test_main_prints_three_rows_as_they_arrive(student, rng):
    """main asks for three rows over an open connection, prints each one before the next arrives, and closes."""
    source = Rows(rng)
    student.patch("AsyncDatabaseConnection.fetchRows", source.function())
    await student.main()

    check(
        source.counts or [3], [3], "the number of rows that main asks for"
    )  # none is seen where a default gives it
    check(source.was_open, [True] * 3, "isOpen while main fetches its rows")
    printed = [(time, line) for time, line in student.prints() if line.startswith("Row")]
    check_lines(
        [line for _, line in printed], [f"Row: {row}" for row in source.rows], "the rows as main prints them"
    )
    for number, ((time, _), given) in enumerate(zip(printed, source.given_at, strict=True)):
        check_time(time, given, f"the moment at which main prints row {number}")
    check(source.connection.isOpen, False, "isOpen when main has ended")


@pytest.mark.points(1)
@pytest.mark.concept("main")
@pytest.mark.hint("With `async with`, the connection is closed on the way out of an error, too.")
async def test_main_closes_on_an_error(student, rng):
    """When fetching a row fails, main closes its connection before it ends."""
    source = Rows(rng, error_after=rng.randint(0, 2))
    student.patch("AsyncDatabaseConnection.fetchRows", source.function())
    try:
        await student.main()
    except Exception as error:  # main need not handle it
        members = error.exceptions if isinstance(error, BaseExceptionGroup) else [error]
        if not all(isinstance(member, Boom) for member in members):
            raise
    assert source.connection is not None, "main fetched no rows"
    check(source.connection.isOpen, False, "isOpen when main has ended with an error")
    assert not student.leaks.pending, f"main leaves something behind: {student.leaks}"

    student.reset()
    source = Rows(rng)
    student.patch("AsyncDatabaseConnection.fetchRows", source.function())
    main = start(student.main())
    await asyncio.sleep(HANDSHAKE + source.delays[0] / 2)
    main.cancel()
    await asyncio.wait([main])
    assert source.connection is not None, "main fetched no rows"
    check(source.connection.isOpen, False, "isOpen when main was cancelled")


@pytest.mark.points(2)
@pytest.mark.concept("main")
@pytest.mark.hint("Run the file yourself with python and compare with the output in the exercise's text.")
def test_program_connects_prints_rows_and_disconnects(run_script):
    """Run as a program, the file connects to db://prod, prints three rows and disconnects, in 0.035 s."""
    script = run_script()

    check(script.error, "", "the error that ended the program")
    check(script.status, 0, "the program's exit status")
    rows = [f"Row: {row}" for row in expected_rows(3)]
    expected = ["Connected to db://prod", *rows, "Disconnected from db://prod"]
    check_lines(script.stdout, expected, "what the program prints")
    check_time(script.virtual_seconds, 2 * HANDSHAKE + 3 * ROW, "the time that the program takes")
