import asyncio


async def longRunningJob(jobId, duration):
    outcome = "was cancelled"
    print(f"Job {jobId} started")
    try:
        await asyncio.sleep(duration)
        outcome = "completed"
    finally:
        # No except needed: the CancelledError goes on its way when the finally is over.
        print(f"Job {jobId} {outcome}")
    return f"Result_{jobId}"


async def main():
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    pending = set()
    try:
        done, pending = await asyncio.wait(tasks, timeout=1.2)
        print(f"Done: {len(done)}, Pending: {len(pending)}")
    finally:
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        print("Bye")
