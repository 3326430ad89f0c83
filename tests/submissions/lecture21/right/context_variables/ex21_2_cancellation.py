import asyncio
import contextvars

job = contextvars.ContextVar("job", default="?")


async def longRunningJob(jobId, duration):
    job.set(jobId)
    try:
        print(f"Job {job.get()} started")
        await asyncio.sleep(duration)
        print(f"Job {job.get()} completed")
        return f"Result_{job.get()}"
    except asyncio.CancelledError:
        print(f"Job {job.get()} was cancelled")
        raise


async def main():
    tasks = [
        asyncio.create_task(longRunningJob(name, seconds), context=contextvars.copy_context())
        for name, seconds in (("A", 2.0), ("B", 0.5), ("C", 1.0))
    ]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
