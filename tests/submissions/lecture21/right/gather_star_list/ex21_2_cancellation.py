# Homework 21.2
import asyncio

JOBS = [("A", 2.0), ("B", 0.5), ("C", 1.0)]


async def longRunningJob(jobId, duration):
    print("Job", jobId, "started")
    try:
        await asyncio.sleep(duration)
    except asyncio.CancelledError:
        print("Job", jobId, "was cancelled")
        raise
    print("Job", jobId, "completed")
    return "Result_" + str(jobId)


async def main():
    tasks = [asyncio.create_task(longRunningJob(j, d)) for j, d in JOBS]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print("Done: %d, Pending: %d" % (len(done), len(pending)))
    [t.cancel() for t in pending]
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
