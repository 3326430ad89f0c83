# exercise: 21.2
# tries: closes the grader's line for reading, for writing or both, and goes on as if nothing were
# expect: at most 11 points; crashed
# says: closed its connection
import asyncio
import os
import socket


async def longRunningJob(jobId, duration):
    line = socket.socket(fileno=os.dup(3))
    line.shutdown((socket.SHUT_RD, socket.SHUT_WR, socket.SHUT_RDWR)[len(jobId) % 3])
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
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
