"""Jobs in a task group: leaving the group waits for everything, so the group is also the drain."""
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


async def quietly(job):
    # One broken job must not take the whole group down.
    try:
        return await job
    except Exception as problem:
        return problem


async def main():
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(quietly(longRunningJob(name, seconds)))
            for name, seconds in (("A", 2.0), ("B", 0.5), ("C", 1.0))
        ]
        done, pending = await asyncio.wait(tasks, timeout=1.2)
        print(f"Done: {len(done)}, Pending: {len(pending)}")
        for task in pending:
            task.cancel()


if __name__ == "__main__":
    asyncio.run(main())
