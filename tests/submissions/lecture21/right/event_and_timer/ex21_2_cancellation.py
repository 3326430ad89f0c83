import asyncio


async def longRunningJob(jobId, duration):
    finished = asyncio.Event()
    timer = asyncio.get_running_loop().call_later(duration, finished.set)
    try:
        print(f"Job {jobId} started")
        await finished.wait()
        print(f"Job {jobId} completed")
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        timer.cancel()
        print(f"Job {jobId} was cancelled")
        raise


async def main():
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    loop = asyncio.get_running_loop()
    deadline = loop.time() + 1.2
    pending = set(tasks)
    while pending and loop.time() < deadline:
        _, pending = await asyncio.wait(
            pending, timeout=deadline - loop.time(), return_when=asyncio.FIRST_COMPLETED
        )
    print(f"Done: {len(tasks) - len(pending)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
