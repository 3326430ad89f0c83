import asyncio
import time


async def sleepUntil(deadline):
    while (left := deadline - time.monotonic_ns()) > 0:
        await asyncio.sleep(left / 1_000_000_000)


async def longRunningJob(jobId, duration):
    try:
        print(f"Job {jobId} started")
        await sleepUntil(time.monotonic_ns() + int(duration * 1_000_000_000))
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


if __name__ == "__main__":
    asyncio.run(main())
