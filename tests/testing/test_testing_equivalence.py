"""A test that meets the student's code through the jail sees what it would see in one process, times included."""

import asyncio
import inspect
import textwrap
import types

import pytest
from lab import every_python

from autograder.testing.clock import TrustedLoop, World

STUDENT = """
    import asyncio, time
    from contextlib import asynccontextmanager

    class Low(Exception):
        def __init__(self, amount, *, unit="EUR"):
            super().__init__(f"only {amount}")
            self.amount, self.unit = amount, unit

    class Lower(Low):
        pass

    async def job(n, seconds=1.0):
        print("start", n)
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            print("cancelled", n)
            raise
        print("end", n)
        return n

    async def stubborn(seconds):
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            await asyncio.sleep(seconds)
            return "kept"

    async def slow_cleanup(seconds):
        try:
            await asyncio.sleep(100)
        finally:
            print("cleaning")
            await asyncio.sleep(seconds)
            print("clean")

    async def fails(after):
        await asyncio.sleep(after)
        raise Lower(7)

    async def caused():
        try:
            1 / 0
        except ZeroDivisionError as e:
            raise Low(1) from e

    async def group():
        async with asyncio.TaskGroup() as g:
            g.create_task(fails(1))
            g.create_task(job("x", 5))

    class Conn:
        def __init__(self, name, swallow=False):
            self.name, self.swallow, self.is_open, self.saw = name, swallow, False, None
        async def __aenter__(self):
            await asyncio.sleep(0.25)
            self.is_open = True
            return self
        async def __aexit__(self, kind, error, tb):
            self.saw = error
            await asyncio.sleep(0.25)
            self.is_open = False
            return self.swallow
        async def rows(self, n):
            for i in range(n):
                await asyncio.sleep(0.1)
                yield {"id": i}

    class Pool:
        async def __aenter__(self):
            self.group = asyncio.TaskGroup()
            await self.group.__aenter__()
            return self
        async def __aexit__(self, *exc):
            return await self.group.__aexit__(*exc)
        def add(self, n, seconds):
            self.group.create_task(job(n, seconds))
        def add_failing(self, seconds):
            self.group.create_task(fails(seconds))

    class Limited:
        async def __aenter__(self):
            self.t = asyncio.timeout(1)
            return await self.t.__aenter__()
        async def __aexit__(self, *exc):
            return await self.t.__aexit__(*exc)

    log = []

    async def numbers(n):
        try:
            for i in range(n):
                await asyncio.sleep(1)
                got = yield i
                if got:
                    log.append(got)
        except ValueError as e:
            log.append(str(e))
            yield "caught"
        finally:
            await asyncio.sleep(0.5)
            log.append("closed")

    class Countdown:
        def __init__(self, n):
            self.n = n
        def __aiter__(self):
            return self
        async def __anext__(self):
            if not self.n:
                raise StopAsyncIteration
            self.n -= 1
            await asyncio.sleep(0.5)
            return self.n

    def squares(n):
        for i in range(n):
            yield i * i

    def make(n):
        return job(n, 0.5)

    async def with_callback(f, n):
        return await asyncio.gather(*[f(i) for i in range(n)])

    async def retry(f, times):
        for i in range(times):
            try:
                return await f()
            except ValueError:
                await asyncio.sleep(2 ** i)

    async def from_generator(g, n):
        seen = []
        async for x in g():
            seen.append(x)
            if len(seen) == n:
                break
        return seen

    async def run_timeout(f, seconds):
        try:
            async with asyncio.timeout(seconds):
                return await f()
        except TimeoutError:
            return "late"

    def apply(f, *args):
        return [f(a) for a in args]

    queue = asyncio.Queue(2)

    async def producer(n):
        for i in range(n):
            await queue.put(i)
        await queue.put(None)

    async def take():
        return await queue.get()

    async def cancel_all_others():
        for t in asyncio.all_tasks() - {asyncio.current_task()}:
            t.cancel()

    async def blocks(seconds):
        time.sleep(seconds)
"""


async def nothing(_):
    await asyncio.sleep(0)


async def timed(awaitable):
    loop = asyncio.get_running_loop()
    begin = loop.time()
    try:
        result = await awaitable
    except BaseException as error:  # noqa: BLE001 - cancellations are results here
        result = type(error).__name__
    return result, round(loop.time() - begin, 9)


SCENARIOS = []


def scenario(function):
    SCENARIOS.append(function)
    return function


@scenario
async def gather(student):
    return await timed(asyncio.gather(student.job(1, 2), student.job(2, 1), student.job(3)))


@scenario
async def is_coroutine_function(student):
    return inspect.iscoroutinefunction(student.job), inspect.iscoroutinefunction(student.squares)


@scenario
async def first_step_is_made_at_once(student):
    task = asyncio.create_task(student.job("a", 1))
    await asyncio.sleep(0)
    seen = student.stdout
    await task
    return seen


@scenario
async def wait_for_too_slow(student):
    result = await timed(asyncio.wait_for(student.job(1, 5), 1.5))
    return result, asyncio.current_task().cancelling()


@scenario
async def timeout_block(student):
    try:
        async with asyncio.timeout(1.5):
            await student.job(1, 5)
    except TimeoutError:
        return asyncio.current_task().cancelling(), asyncio.get_running_loop().time()


@scenario
async def timeout_with_slow_cleanup(student):
    try:
        async with asyncio.timeout(1):
            await student.slow_cleanup(2)
    except TimeoutError:
        return asyncio.current_task().cancelling(), asyncio.get_running_loop().time()


@scenario
async def task_group_fails(student):
    seen = []
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(student.fails(1))
            group.create_task(student.job("x", 9))
    except* student.Low as caught:
        seen = [type(error).__name__ for error in caught.exceptions]
    return seen, asyncio.get_running_loop().time(), asyncio.current_task().cancelling()


@scenario
async def group_comes_out(student):
    with pytest.raises(ExceptionGroup) as caught:
        await student.group()
    (inner,) = caught.value.exceptions
    return (
        caught.value.message,
        isinstance(inner, student.Low),
        inner.amount,
        asyncio.get_running_loop().time(),
    )


@scenario
async def shield(student):
    inner = asyncio.create_task(student.job("s", 2))
    outer = asyncio.create_task(timed(asyncio.shield(inner)))
    await asyncio.sleep(1)
    outer.cancel()
    return await outer, await inner, asyncio.get_running_loop().time()


@scenario
async def cancel_before_the_first_step(student):
    task = asyncio.create_task(student.job("never"))
    task.cancel()
    return await timed(task), task.cancelled()


@scenario
async def cancel_twice(student):
    task = asyncio.create_task(student.slow_cleanup(5))
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.sleep(1)
    task.cancel()
    return await timed(task), task.cancelled(), asyncio.get_running_loop().time()


@scenario
async def swallowed_cancel(student):
    task = asyncio.create_task(student.stubborn(3))
    await asyncio.sleep(1)
    task.cancel()
    return await timed(task), task.cancelled(), task.cancelling()


@scenario
async def cancel_at_the_last_moment(student):
    task = asyncio.create_task(student.job("x", 2))
    await asyncio.sleep(1.999)
    task.cancel("why")
    return await timed(task), task.cancelled()


@scenario
async def student_exceptions(student):
    with pytest.raises(student.Low, match="only 7") as caught:
        await student.fails(0.5)
    error = caught.value
    plain = student.Lower(3, unit="CHF")
    return (
        isinstance(error, student.Lower),
        type(error) is student.Lower,
        issubclass(student.Lower, student.Low),
        error.amount,
        error.unit,
        (plain.amount, plain.unit, str(plain), isinstance(plain, student.Low)),
    )


@scenario
async def cause(student):
    with pytest.raises(student.Low) as caught:
        await student.caused()
    return type(caught.value.__cause__), str(caught.value.__cause__)


@scenario
async def own_exception_through_aexit(student):
    mine = KeyError("mine")
    conn = student.Conn("db")
    with pytest.raises(KeyError) as caught:
        async with conn as same:
            raise mine
    return (
        caught.value is mine,
        same is conn,
        conn.saw is mine,
        conn.is_open,
        asyncio.get_running_loop().time(),
    )


@scenario
async def students_exception_through_aexit(student):
    conn = student.Conn("db")
    error = student.Low(5)
    with pytest.raises(student.Low) as caught:
        async with conn:
            raise error
    return caught.value is error, conn.saw is error, conn.saw.amount


@scenario
async def swallowing_aexit(student):
    async with student.Conn("db", True) as conn:
        raise ValueError
    return conn.is_open


@scenario
async def cancelled_body(student):
    conn = student.Conn("db")

    async def use():
        async with conn:
            await asyncio.sleep(10)

    task = asyncio.create_task(use())
    await asyncio.sleep(1)
    task.cancel()
    return await timed(task), task.cancelled(), conn.is_open, type(conn.saw).__name__


@scenario
async def rows(student):
    async with student.Conn("db") as conn:
        seen = [(row, round(asyncio.get_running_loop().time(), 9)) async for row in conn.rows(3)]
    return seen


@scenario
async def task_group_across_the_wire(student):
    async with student.Pool() as pool:
        pool.add(1, 2)
        pool.add(2, 1)
        await asyncio.sleep(0.5)
    return asyncio.get_running_loop().time()


@scenario
async def task_group_cancels_the_body(student):
    try:
        async with student.Pool() as pool:
            pool.add_failing(1)
            await asyncio.sleep(10)
    except* student.Low:
        pass
    return asyncio.get_running_loop().time(), asyncio.current_task().cancelling()


@scenario
async def task_group_cancels_the_body_in_a_remote_wait(student):
    try:
        async with student.Pool() as pool:
            pool.add_failing(1)
            await student.job("body", 10)
    except* student.Low:
        pass
    return asyncio.get_running_loop().time(), asyncio.current_task().cancelling()


@scenario
async def timeout_across_the_wire(student):
    with pytest.raises(TimeoutError):
        async with student.Limited():
            await asyncio.sleep(10)
    return asyncio.get_running_loop().time(), asyncio.current_task().cancelling()


@scenario
async def generator_to_its_end(student):
    loop = asyncio.get_running_loop()
    return [(value, loop.time()) async for value in student.numbers(3)], list(student.log)


@scenario
async def generator_sent_to(student):
    numbers = student.numbers(5)
    first = await numbers.__anext__()
    second = await numbers.asend("hello")
    third = await numbers.athrow(ValueError("thrown"))
    await numbers.aclose()
    return first, second, third, list(student.log), asyncio.get_running_loop().time()


@scenario
async def generator_left_early(student):
    async for value in student.numbers(5):
        if value == 1:
            break
    await asyncio.sleep(1)
    return list(student.log)


@scenario
async def iterator_class(student):
    return [value async for value in student.Countdown(3)], asyncio.get_running_loop().time()


@scenario
async def plain_generator(student):
    return list(student.squares(4))


@scenario
async def coroutine_made_by_a_function(student):
    made = student.make(4)
    await asyncio.sleep(1)
    return await timed(made), inspect.iscoroutine(made)


@scenario
async def callbacks(student):
    loop = asyncio.get_running_loop()
    seen = []

    async def double(n):
        await asyncio.sleep(3 - n)
        seen.append((n, loop.time()))
        return 2 * n

    return await student.with_callback(double, 3), seen


@scenario
async def callback_that_fails_at_first(student):
    tries = []

    async def flaky():
        tries.append(asyncio.get_running_loop().time())
        if len(tries) < 4:
            raise ValueError(len(tries))
        return "done"

    return await student.retry(flaky, 5), tries


@scenario
async def callback_is_cancelled(student):
    seen = []

    async def endless():
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            seen.append(asyncio.get_running_loop().time())
            await asyncio.sleep(1)
            raise

    return await student.run_timeout(endless, 2), seen, asyncio.get_running_loop().time()


@scenario
async def callback_takes_the_wrong_arguments(student):
    async def one(only):
        return only

    with pytest.raises(TypeError):
        await student.retry(one, 1)


@scenario
async def generator_of_the_test(student):
    closed = []

    async def numbers():
        try:
            for i in range(10):
                await asyncio.sleep(1)
                yield i
        finally:
            closed.append(asyncio.get_running_loop().time())

    whole = await student.from_generator(numbers, 99)
    part = await student.from_generator(numbers, 3)
    await asyncio.sleep(1)
    return whole, part, closed


@scenario
async def synchronous_callback(student):
    seen = []

    def note(n):
        seen.append(n)
        return -n

    return student.apply(note, 1, 2, 3), seen


@scenario
async def nested_calls(student):
    return student.apply(lambda n: list(student.squares(n)), 1, 3)


@scenario
async def backpressure(student):
    task = asyncio.create_task(student.producer(5))
    seen = []
    while (item := await student.take()) is not None:
        seen.append((item, student.queue.qsize()))
        await asyncio.sleep(1)
    await task
    return [item for item, _ in seen], asyncio.get_running_loop().time()


@scenario
async def swept_away(student):
    victim = asyncio.create_task(student.job("victim", 10))
    await asyncio.sleep(1)
    await student.cancel_all_others()
    return await timed(victim)


@scenario
async def blocking_blocks_the_test(student):
    ticks = []

    async def tick():
        while True:
            await asyncio.sleep(0.5)
            ticks.append(asyncio.get_running_loop().time())

    ticker = asyncio.create_task(tick())
    await asyncio.sleep(0.25)
    await student.blocks(2)
    now = asyncio.get_running_loop().time()
    await asyncio.sleep(0.6)
    ticker.cancel()
    return now, ticks[0]


class Local:
    """The student's module in the test's own process, with what of the proxy the scenarios use."""

    def __init__(self) -> None:
        self._module = types.ModuleType("ex")
        self._printed: list[str] = []
        self._module.print = lambda *args: self._printed.append(" ".join(map(str, args)) + "\n")
        exec(textwrap.dedent(STUDENT), self._module.__dict__)

    def __getattr__(self, name):
        return getattr(self._module, name)

    @property
    def stdout(self):
        return "".join(self._printed)


def in_one_process(body):
    world = World()
    with asyncio.Runner(loop_factory=lambda: TrustedLoop(world)) as runner:
        student = Local()
        student._module.time = types.SimpleNamespace(sleep=lambda s: world.advance(world.ns + round(s * 1e9)))
        return runner.run(body(student)), student.stdout


@every_python
def test_the_jail_makes_no_difference(bench, subtests):
    jailed = bench(STUDENT)
    for body in SCENARIOS:
        with subtests.test(body.__name__):
            expected = in_one_process(body)

            async def both(student, body=body):
                return await body(student), student.stdout

            assert jailed.run(both) == expected
