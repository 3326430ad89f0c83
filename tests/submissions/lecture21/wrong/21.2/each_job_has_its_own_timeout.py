# loses: main, cleanup
"""Example 21.2 - cancel the jobs that take too long."""
import asyncio


async def longRunningJob(job_id: str, duration: float) -> str:
    """Sleep for a while; say so when somebody cancels us."""
    print(f"Job {job_id} started")
    try:
        await asyncio.sleep(duration)
    except asyncio.CancelledError:
        print(f"Job {job_id} was cancelled")
        raise
    print(f"Job {job_id} completed")
    return f"Result_{job_id}"


async def main() -> None:
    jobs = {"A": 2.0, "B": 0.5, "C": 1.0}
    tasks = [
        asyncio.create_task(asyncio.wait_for(longRunningJob(name, seconds), 1.2))
        for name, seconds in jobs.items()
    ]
    done, pending = await asyncio.wait(tasks)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
