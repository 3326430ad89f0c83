# loses: main, concurrency, timing, cancellation, cleanup
import asyncio

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
    resultA = await longRunningJob("A", 2.0)
    resultB = await longRunningJob("B", 0.5)
    resultC = await longRunningJob("C", 1.0)
    done, pending = [resultA, resultB, resultC], []

    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
