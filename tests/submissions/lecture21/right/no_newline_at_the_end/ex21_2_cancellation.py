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
    tasks = set()
    tasks.add(taskA := asyncio.create_task(longRunningJob("A", 2.0)))
    tasks.add(taskB := asyncio.create_task(longRunningJob("B", 0.5)))
    tasks.add(taskC := asyncio.create_task(longRunningJob("C", 1.0)))
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for t in pending: t.cancel()
    await asyncio.gather(*pending, return_exceptions=True)

asyncio.run(main()) # the end