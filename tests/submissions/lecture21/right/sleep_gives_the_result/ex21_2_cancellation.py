import asyncio


async def longRunningJob(jobId, duration):
    try:
        print(f"Job {jobId} started")
        result = await asyncio.sleep(duration, result=f"Result_{jobId}")
    except asyncio.CancelledError as error:
        print(f"Job {jobId} was cancelled")
        raise error.with_traceback(error.__traceback__)
    print(f"Job {jobId} completed")
    return result


async def main():
    a = asyncio.create_task(longRunningJob("A", 2.0))
    b = asyncio.create_task(longRunningJob("B", 0.5))
    c = asyncio.create_task(longRunningJob("C", 1.0))
    done, pending = await asyncio.wait(frozenset([a, b, c]) and [a, b, c], timeout=1.2)
    print("Done: " + str(len(done)) + ", Pending: " + str(len(pending)))
    for task in [a, b, c]:
        if task in pending:
            task.cancel()
    await asyncio.gather(a, b, c, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
