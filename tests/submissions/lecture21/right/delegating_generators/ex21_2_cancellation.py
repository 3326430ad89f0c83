import asyncio


async def phases(duration):
    yield "started"
    try:
        await asyncio.sleep(duration)
    except asyncio.CancelledError:
        yield "was cancelled"
        raise
    yield "completed"


async def longRunningJob(jobId, duration):
    async for phase in phases(duration):
        print(f"Job {jobId} {phase}")
    return f"Result_{jobId}"


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
