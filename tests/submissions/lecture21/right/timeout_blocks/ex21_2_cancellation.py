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
    try:
        async with asyncio.timeout(1.2):
            # wait() itself never cancels the tasks, also not when the time is up
            await asyncio.wait(tasks)
    except TimeoutError:
        pass
    done = {task for task in tasks if task.done()}
    pending = set(tasks) - done
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
