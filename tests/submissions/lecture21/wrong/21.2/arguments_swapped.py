# loses: cleanup, main
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
    task1 = asyncio.create_task(longRunningJob(2.0, "A"))
    task2 = asyncio.create_task(longRunningJob(0.5, "B"))
    task3 = asyncio.create_task(longRunningJob(1.0, "C"))

    done, pending = await asyncio.wait(
        [task1, task2, task3],
        timeout=1.2
    )

    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
