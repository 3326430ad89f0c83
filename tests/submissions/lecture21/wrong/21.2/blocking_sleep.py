# loses: suspension, output, timing, cancellation, cleanup, main
import asyncio
import time

async def longRunningJob(jobId, duration):
    try:
        print(f"Job {jobId} started")
        time.sleep(duration)
        print(f"Job {jobId} completed")
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        print(f"Job {jobId} was cancelled")
        raise

async def main():
    task1 = asyncio.create_task(longRunningJob("A", 2.0))
    task2 = asyncio.create_task(longRunningJob("B", 0.5))
    task3 = asyncio.create_task(longRunningJob("C", 1.0))

    done, pending = await asyncio.wait(
        [task1, task2, task3],
        timeout=1.2
    )

    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)

asyncio.run(main())
