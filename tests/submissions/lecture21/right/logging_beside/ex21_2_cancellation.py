import asyncio
import logging
import sys

# What the exercise wants to see goes to stdout as it is, my own notes go to stderr.
out = logging.getLogger("job")
out.setLevel(logging.INFO)
out.propagate = False
out.addHandler(logging.StreamHandler(sys.stdout))
notes = logging.getLogger("notes")
notes.addHandler(logging.StreamHandler())


async def longRunningJob(jobId, duration):
    try:
        out.info("Job %s started", jobId)
        await asyncio.sleep(duration)
        out.info("Job %s completed", jobId)
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        out.info("Job %s was cancelled", jobId)
        notes.warning("cancelled: %s", jobId)
        raise


async def main():
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    out.info("Done: %d, Pending: %d", len(done), len(pending))
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
