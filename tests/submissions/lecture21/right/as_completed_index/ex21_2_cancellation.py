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
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    # After the time limit as_completed raises TimeoutError for each one that is left.
    for earliest in asyncio.as_completed(tasks, timeout=1.2):
        try:
            await earliest
        except Exception:
            continue
    pending = [t for t in tasks if not t.done()]
    print(f"Done: {len(tasks) - len(pending)}, Pending: {len(pending)}")
    for t in pending:
        t.cancel()
    for cancelled in asyncio.as_completed(pending):
        try:
            await cancelled
        except (asyncio.CancelledError, Exception):
            pass


if __name__ == "__main__":
    asyncio.run(main())
