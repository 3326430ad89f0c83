# exercise: 21.1
# tries: attaches every segment of shared memory, every message queue and every semaphore that has a number
# expect: full points
import asyncio
import ctypes
import time


libc = ctypes.CDLL(None, use_errno=True)


def look():
    found = []
    libc.shmat.restype = ctypes.c_void_p
    for number in range(64):
        address = libc.shmat(number, None, 0o10000)
        if address not in (None, ctypes.c_void_p(-1).value):
            found.append(("shared memory", number, ctypes.string_at(address, 40)))
        if libc.msgget(number + 1, 0) >= 0:
            found.append(("queue", number))
        if libc.semget(number + 1, 0, 0) >= 0:
            found.append(("semaphore", number))
    if libc.shmget(0x0A77AC, 4096, 0o1600) >= 0:
        found.append("shmget")
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
