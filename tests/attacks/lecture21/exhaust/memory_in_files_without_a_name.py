# exercise: 21.1
# tries: fills files that exist in memory only, as many as it may open
# expect: at most 29 points; crashed, failed, student_error, timed_out
import asyncio
import ctypes
import os
import tempfile
import time


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    if __name__ == "__main__":
        libc = ctypes.CDLL(None, use_errno=True)
        kept = []
        for number in range(1000):
            descriptor = libc.memfd_create(b"attack-was-here", 0)
            if descriptor < 0:
                break
            kept.append(descriptor)
            try:
                while os.write(descriptor, bytes(1 << 20)):
                    pass
            except OSError:
                pass
        raise MemoryError("no more files" if kept else "no file at all")
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
