# exercise: 21.2
# tries: leaves notes for others in file locks, leases, watches and record locks of files that all may read
# expect: full points
import asyncio
import ctypes
import fcntl
import os
import struct
import sys


libc = ctypes.CDLL(None, use_errno=True)


def look():
    found = []
    for path in (sys.executable, os.__file__, "/dev/null", "/usr/lib/os-release", "/etc/passwd"):
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        for name, way in {
            "flock": lambda: fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB),
            "lease": lambda: fcntl.fcntl(descriptor, 1024, fcntl.F_RDLCK),
            "notify": lambda: fcntl.fcntl(descriptor, 1026, 1),
        }.items():
            try:
                way()
                found.append((path, name))
            except OSError:
                pass
    if libc.inotify_init() >= 0:
        found.append("inotify")
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
