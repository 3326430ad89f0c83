# exercise: 21.2
# tries: becomes a daemon: two forks, a session of its own, deaf to all signals, and a thread that restarts it
# expect: full points
import asyncio
import os
import signal
import threading
import time


def daemon():
    try:
        for number in range(1, 32):
            if number not in (9, 19):
                signal.signal(number, signal.SIG_IGN)
    except ValueError:
        pass
    for _ in range(2):
        try:
            if os.fork():
                return
            os.setsid()
        except OSError:
            return
    time.sleep(10**6)


try:
    os.setsid()
    os.setpgid(0, 0)
except OSError:
    pass
daemon()


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
