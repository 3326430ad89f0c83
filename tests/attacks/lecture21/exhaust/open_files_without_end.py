# exercise: 21.2
# tries: opens, duplicates and keeps files until no number is left, then wants to talk to the grader
# expect: at most 34 points; crashed, failed, student_error, timed_out
import asyncio
import os
import socket


KEPT = []


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
    if __name__ == "__main__":
        while True:
            try:
                KEPT.append(os.dup(0))
            except OSError:
                break
        KEPT.append(open(os.__file__))
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
