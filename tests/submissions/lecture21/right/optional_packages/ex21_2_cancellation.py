import asyncio

try:
    from async_timeout import timeout
except ImportError:
    timeout = asyncio.timeout


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
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    try:
        async with timeout(1.2):
            await asyncio.wait(tasks)
    except asyncio.TimeoutError:
        pass
    pending = [task for task in tasks if not task.done()]
    print(f"Done: {len(tasks) - len(pending)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
