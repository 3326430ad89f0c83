# exercise: 21.2
# tries: tells one test's findings to the next by files, environment and modules: each test starts afresh
# expect: at most 33 points; failed
import asyncio
import builtins
import os
import sys


async def longRunningJob(jobId, duration):
    builtins.counter = getattr(builtins, "counter", 0) + 1
    os.environ["COUNTER"] = str(int(os.environ.get("COUNTER", "0")) + 1)
    sys.modules["notes"] = sys
    for folder in ("/tmp", "/dev/shm", "/var/tmp", "."):
        try:
            with open(os.path.join(folder, "notes"), "a") as notes:
                notes.write(f"{jobId} {duration}")
        except OSError:
            pass
    print(f"Job {jobId} started")
    try:
        await asyncio.sleep(duration)
    except asyncio.CancelledError:
        print(f"Job {jobId} was cancelled")
        raise
    print(f"Job {jobId} completed")
    return f"Result_{jobId}" if builtins.counter == 1 else "seen before"


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
