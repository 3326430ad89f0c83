# exercise: 21.1
# tries: maps memory past Python: anonymous, shared, huge, locked, and touches each page
# expect: at most 29 points; crashed, failed, student_error, timed_out
import asyncio
import ctypes
import mmap
import time


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    if __name__ == "__main__":
        kept = []
        while True:
            try:
                kept.append(mmap.mmap(-1, 1 << 24, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS))
            except (OSError, MemoryError, ValueError):
                kept.append(mmap.mmap(-1, 1 << 20))
            for place in range(0, len(kept[-1]), 4096):
                kept[-1][place] = 1
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
