import asyncio
from contextlib import asynccontextmanager


async def longRunningJob(jobId, duration):
    try:
        print(f"Job {jobId} started")
        await asyncio.sleep(duration)
        print(f"Job {jobId} completed")
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        print(f"Job {jobId} was cancelled")
        raise


@asynccontextmanager
async def cancelledAtTheEnd(tasks):
    """Whatever happens inside: afterwards none of the tasks is running any more."""
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def main():
    async with cancelledAtTheEnd(
        [
            asyncio.create_task(longRunningJob("A", 2.0)),
            asyncio.create_task(longRunningJob("B", 0.5)),
            asyncio.create_task(longRunningJob("C", 1.0)),
        ]
    ) as tasks:
        done, pending = await asyncio.wait(tasks, timeout=1.2)
        print(f"Done: {len(done)}, Pending: {len(pending)}")


if __name__ == "__main__":
    asyncio.run(main())
