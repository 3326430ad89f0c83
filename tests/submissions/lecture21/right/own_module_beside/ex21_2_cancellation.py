import asyncio

import lecture_helper as helper


async def longRunningJob(jobId, duration):
    try:
        helper.announce("Job", jobId, "started")
        await helper.pretend_io(duration)
        helper.announce("Job", jobId, "completed")
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        helper.announce("Job", jobId, "was cancelled")
        raise


async def main():
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    helper.announce(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
