# exercise: 21.2
# tries: ends the process with status 0 from a timer's callback: crashed, never passed
# expect: at most 13 points; crashed
# says: ended itself with status 0
import asyncio
import os


async def longRunningJob(jobId, duration):
    print(f"Job {jobId} started")
    asyncio.get_running_loop().call_later(duration / 2, os._exit, 0)
    await asyncio.sleep(duration)
    print(f"Job {jobId} completed")
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
