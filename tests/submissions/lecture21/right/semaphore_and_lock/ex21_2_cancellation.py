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


async def main():
    slots = asyncio.BoundedSemaphore(value=3)

    async def inSlot(jobId, duration):
        await slots.acquire()
        try:
            return await longRunningJob(jobId, duration)
        finally:
            slots.release()

    tasks = [asyncio.create_task(inSlot(*job)) for job in (("A", 2.0), ("B", 0.5), ("C", 1.0))]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
