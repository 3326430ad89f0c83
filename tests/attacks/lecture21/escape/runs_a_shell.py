# exercise: 21.2
# tries: wants a shell, by four roads: none may start.
# expect: at most 14 points; failed
import asyncio
import os
import subprocess


async def longRunningJob(jobId, duration):
    print(f"Job {jobId} started")
    for attempt in (
        lambda: subprocess.run(["sh", "-c", "touch /tmp/was_here"], check=True),
        lambda: os.system("touch /tmp/was_here"),
        lambda: os.posix_spawn("/bin/sh", ["sh", "-c", "touch /tmp/was_here"], {}),
        lambda: os.execv("/bin/sh", ["sh", "-c", "touch /tmp/was_here"]),
    ):
        try:
            attempt()
        except OSError:
            pass


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
