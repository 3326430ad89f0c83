# -*- coding: utf-8 -*-
"""Exercise 21.2, wait() also does the draining."""
import asyncio


async def longRunningJob(jobId, duration):
    """Pretend to work; clean up and go on raising when cancelled."""
    try:
        print("Job {} started".format(jobId))
        await asyncio.sleep(duration)
        print("Job {} completed".format(jobId))
        return "Result_{}".format(jobId)
    except asyncio.CancelledError:
        print("Job {} was cancelled".format(jobId))
        raise


async def main():
    """Give three jobs 1.2 seconds."""
    tasks = []
    for name, duration in (("A", 2.0), ("B", 0.5), ("C", 1.0)):
        tasks.append(asyncio.create_task(longRunningJob(name, duration)))
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print("Done: {}, Pending: {}".format(len(done), len(pending)))
    for task in pending:
        task.cancel()
    if pending:  # wait() refuses an empty set
        await asyncio.wait(pending)
        for task in pending:
            if not task.cancelled():
                task.exception()


if __name__ == "__main__":
    asyncio.run(main())
