"""Rows, task groups, generators, callbacks, queues."""

import asyncio
import inspect

import pytest

from scenarios import scenario, timed


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
