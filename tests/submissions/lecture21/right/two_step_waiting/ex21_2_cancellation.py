import asyncio


async def longRunningJob(jobId, duration):
    try:
        print(f"Job {jobId} started")
        await asyncio.sleep(duration / 2)
        await asyncio.sleep(duration / 2)
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
    alarm = asyncio.create_task(asyncio.sleep(1.2))
    everyone = asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.wait([alarm, everyone], return_when=asyncio.FIRST_COMPLETED)
    alarm.cancel()
    done = [task for task in tasks if task.done()]
    pending = [task for task in tasks if not task.done()]
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await everyone
    await asyncio.gather(alarm, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
