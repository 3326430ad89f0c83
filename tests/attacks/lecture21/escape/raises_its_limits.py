# exercise: 21.1
# tries: lifts every limit, its own and those of others, and makes itself more important than everybody
# expect: full points
import asyncio
import ctypes
import os
import resource
import time


libc = ctypes.CDLL(None, use_errno=True)


def look():
    found = []
    for name in dir(resource):
        if not name.startswith("RLIMIT_"):
            continue
        kind = getattr(resource, name)
        before = resource.getrlimit(kind)
        for wanted in ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), (before[1], before[1] * 2)):
            try:
                resource.setrlimit(kind, wanted)
                if resource.getrlimit(kind)[1] != before[1]:
                    found.append((name, before, wanted))
            except (OSError, ValueError):
                pass
    for policy in (os.SCHED_FIFO, os.SCHED_RR):
        try:
            os.sched_setscheduler(0, policy, os.sched_param(1))
            found.append(("scheduler", policy))
        except OSError:
            pass
    try:
        if os.nice(-20) < 0:
            found.append("nice")
    except OSError:
        pass
    if libc.mlockall(7) == 0:
        found.append("mlockall")
    if libc.personality(0x0800000) == 0:
        found.append("personality")
    return found


FOUND = look()


async def fetchData(sourceId, delaySeconds):
    if FOUND:
        raise LookupError(f"found: {FOUND}")
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
