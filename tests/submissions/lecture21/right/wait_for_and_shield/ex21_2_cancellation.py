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
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    everything = asyncio.gather(*tasks, return_exceptions=True)
    try:
        # the shield keeps wait_for from cancelling before I have counted
        await asyncio.wait_for(asyncio.shield(everything), timeout=1.2)
    except asyncio.TimeoutError:
        pass
    pending = [task for task in tasks if not task.done()]
    print(f"Done: {len(tasks) - len(pending)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await everything


if __name__ == "__main__":
    asyncio.run(main())
