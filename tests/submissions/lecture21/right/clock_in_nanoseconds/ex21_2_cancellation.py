import asyncio
import time


async def longRunningJob(jobId, duration):
    began = time.time()
    try:
        print(f"Job {jobId} started")
        await asyncio.sleep(duration)
        print(f"Job {jobId} completed")
        return f"Result_{jobId}"
    except asyncio.CancelledError as e:
        assert time.time() >= began
        print(f"Job {jobId} was cancelled")
        raise e from e.__cause__


async def main():
    limit = 1_200_000_000
    tasks = [
        asyncio.create_task(longRunningJob("A", 2_000_000_000 / 10**9)),
        asyncio.create_task(longRunningJob("B", 500_000_000 / 10**9)),
        asyncio.create_task(longRunningJob("C", 1_000_000_000 / 10**9)),
    ]
    done, pending = await asyncio.wait(tasks, timeout=limit / 10**9)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
