import asyncio
from unittest import mock


async def longRunningJob(jobId, duration):
    try:
        print(f"Job {jobId} started")
        await asyncio.sleep(duration)
        print(f"Job {jobId} completed")
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        print(f"Job {jobId} was cancelled")
        raise


async def main():
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


def test_longRunningJob():
    with mock.patch("builtins.print") as fake:
        assert asyncio.run(longRunningJob("X", 0)) == "Result_X"
    assert fake.call_count == 2


def test_main_is_a_coroutine_function():
    assert asyncio.iscoroutinefunction(main)


if __name__ == "__main__":
    asyncio.run(main())
