# exercise: 21.2
# tries: leaves notes for the next test in System V memory, queues and semaphores, POSIX memory and queues
# expect: full points
import asyncio
import ctypes
import mmap
import os


libc = ctypes.CDLL(None, use_errno=True)


def look():
    found = []
    if libc.shmget(0x0A77AC, 4096, 0o1666) >= 0:
        found.append("shmget")
    if libc.msgget(0x0A77AC, 0o1666) >= 0:
        found.append("msgget")
    if libc.semget(0x0A77AC, 1, 0o1666) >= 0:
        found.append("semget")
    if libc.shm_open(b"/attack-was-here", os.O_RDWR | os.O_CREAT, 0o666) >= 0:
        found.append("shm_open")
    if hasattr(libc, "mq_open") and libc.mq_open(b"/attack-was-here", os.O_RDWR | os.O_CREAT, 0o666, None) >= 0:
        found.append("mq_open")
    return found


FOUND = look()


async def longRunningJob(jobId, duration):
    if FOUND:
        raise LookupError(f"found: {FOUND}")
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
