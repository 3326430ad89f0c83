import asyncio
import functools


def cleansUp(function):
    @functools.wraps(function)
    async def wrapper(jobId, *rest):
        try:
            return await function(jobId, *rest)
        except asyncio.CancelledError:
            print(f"Job {jobId} was cancelled")
            raise

    return wrapper


@cleansUp
async def longRunningJob(jobId, duration):
    print(f"Job {jobId} started")
    await asyncio.sleep(duration)
    print(f"Job {jobId} completed")
    return f"Result_{jobId}"


def asTask(function):
    def wrapper(*args):
        return asyncio.create_task(function(*args))

    return wrapper


async def main():
    start = asTask(longRunningJob)
    tasks = [start("A", 2.0), start("B", 0.5), start("C", 1.0)]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
