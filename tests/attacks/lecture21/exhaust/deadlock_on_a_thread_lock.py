# exercise: 21.2
# tries: takes a thread lock twice on the only thread: must end as deadlock, not as a hanging grader
# expect: at most 11 points; crashed, failed, timed_out
# says: deadlock
import asyncio
import threading

lock = threading.Lock()


async def longRunningJob(jobId, duration):
    print(f"Job {jobId} started")
    lock.acquire()
    lock.acquire()
    return f"Result_{jobId}"


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
