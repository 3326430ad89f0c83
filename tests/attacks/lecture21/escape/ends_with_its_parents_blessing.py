# exercise: 21.1
# tries: takes away the signal that ends it with its parent, and the tie to the session, then holds on
# expect: at most 29 points; timed_out
import asyncio
import ctypes
import os
import signal
import time


libc = ctypes.CDLL(None)
libc.prctl(1, 0)
libc.prctl(36, 1)
libc.prctl(4, 1)


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    if type(fetchData).__name__ == "function" and __name__ == "__main__":
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGXCPU, signal.SIGPROF, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)
        libc.pause()
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
