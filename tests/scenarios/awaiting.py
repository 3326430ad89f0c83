"""Waiting, cancelling, time-outs, exceptions."""

import asyncio
import inspect

import pytest

from scenarios import scenario, timed


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
