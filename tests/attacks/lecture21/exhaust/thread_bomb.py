# exercise: 21.2
# tries: starts threads without end: stopped at the limit for threads
# expect: at most 11 points; crashed, failed, student_error, timed_out
# says: thread limit
import asyncio
import threading
import time


async def longRunningJob(jobId, duration):
    print(f"Job {jobId} started")
    while True:
        threading.Thread(target=time.sleep, args=(10**6,)).start()


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
