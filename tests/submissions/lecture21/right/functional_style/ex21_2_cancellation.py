import asyncio
from operator import methodcaller

LINE = "Job {} {}".format
say = lambda *a: print(LINE(*a))


async def longRunningJob(jobId, duration):
    try:
        say(jobId, "started")
        await asyncio.sleep(duration)
        return say(jobId, "completed") or f"Result_{jobId}"
    except asyncio.CancelledError:
        say(jobId, "was cancelled")
        raise


async def main():
    tasks = list(map(asyncio.create_task, map(longRunningJob, "ABC", (2.0, 0.5, 1.0))))
    parts = await asyncio.wait(tasks, timeout=1.2)
    print("Done: {}, Pending: {}".format(*map(len, parts)))
    pending = parts[1]
    all(map(methodcaller("cancel"), pending))
    await asyncio.gather(*pending, return_exceptions=True)


asyncio.run(main()) if __name__ == "__main__" else None
