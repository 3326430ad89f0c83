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


async def worker(inbox):
    job = await inbox.get()
    try:
        await longRunningJob(*job)
    except Exception as problem:
        return problem


async def main():
    inbox = asyncio.Queue()
    workers = [asyncio.create_task(worker(inbox)) for _ in range(3)]
    for job in (("A", 2.0), ("B", 0.5), ("C", 1.0)):
        inbox.put_nowait(job)
    done, pending = await asyncio.wait(workers, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
