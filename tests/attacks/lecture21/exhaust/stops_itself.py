# exercise: 21.2
# tries: sIGSTOP to itself: neither running nor ended. The wall clock limit ends it.
# expect: at most 0 points; timed_out
import asyncio
import os
import signal


async def longRunningJob(jobId, duration):
    os.kill(os.getpid(), signal.SIGSTOP)
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
