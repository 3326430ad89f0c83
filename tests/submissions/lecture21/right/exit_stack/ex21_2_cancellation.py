import asyncio
import contextlib


@contextlib.contextmanager
def announced(jobId):
    print(f"Job {jobId} started")
    try:
        yield
    except asyncio.CancelledError:
        print(f"Job {jobId} was cancelled")
        raise
    else:
        print(f"Job {jobId} completed")


async def longRunningJob(jobId, duration):
    with announced(jobId):
        await asyncio.sleep(duration)
    return f"Result_{jobId}"


async def drain(tasks):
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task


async def main():
    async with contextlib.AsyncExitStack() as stack:
        tasks = [asyncio.create_task(longRunningJob(n, d)) for n, d in (("A", 2.0), ("B", 0.5), ("C", 1.0))]
        done, pending = await asyncio.wait(tasks, timeout=1.2)
        print(f"Done: {len(done)}, Pending: {len(pending)}")
        stack.push_async_callback(drain, pending)
        for task in pending:
            stack.callback(task.cancel)  # last in, first out: cancelled before the drain


if __name__ == "__main__":
    asyncio.run(main())
