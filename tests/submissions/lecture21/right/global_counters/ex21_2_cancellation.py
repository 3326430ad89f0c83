import asyncio

running = 0
cancelled = []
completed = []


async def longRunningJob(jobId, duration):
    global running
    running += 1
    try:
        print(f"Job {jobId} started")
        await asyncio.sleep(duration)
        completed.append(jobId)
        print(f"Job {jobId} completed")
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        cancelled.append(jobId)
        print(f"Job {jobId} was cancelled")
        raise
    finally:
        running -= 1


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
    assert running == 0
