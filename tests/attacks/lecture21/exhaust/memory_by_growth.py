# exercise: 21.2
# tries: a list that grows without end: stopped at the memory limit, or a MemoryError of its own
# expect: at most 11 points; failed, student_error
# says: memory limit
import asyncio


async def longRunningJob(jobId, duration):
    print(f"Job {jobId} started")
    kept = []
    while True:
        kept.append(bytes(10**6))


async def main():
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
