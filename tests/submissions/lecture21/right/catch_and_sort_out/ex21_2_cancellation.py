import asyncio


async def longRunningJob(jobId, duration):
    caught = None
    try:
        print(f"Job {jobId} started")
        await asyncio.sleep(duration)
        print(f"Job {jobId} completed")
        return f"Result_{jobId}"
    except BaseException as e:
        caught = e
        if isinstance(e, asyncio.CancelledError):
            print(f"Job {jobId} was cancelled")
    if caught is not None:
        raise caught


async def main():
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        assert task.cancel()
    for outcome in await asyncio.gather(*pending, return_exceptions=True):
        if not isinstance(outcome, BaseException):
            raise RuntimeError(f"not cancelled: {outcome}")


if __name__ == "__main__":
    asyncio.run(main())
