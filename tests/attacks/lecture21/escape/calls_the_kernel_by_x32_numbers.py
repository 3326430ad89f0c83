# exercise: 21.1
# tries: calls the kernel by the numbers of the x32 interface, which a filter may have forgotten
# expect: at most 0 points; crashed
# says: SIGSYS
import asyncio
import ctypes
import os
import platform
import time


if platform.machine() != "x86_64":
    os.kill(os.getpid(), 31)
if ctypes.CDLL(None).syscall(0x40000000 + 57) == 0:
    os._exit(0)


async def fetchData(sourceId, delaySeconds):
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
