# exercise: 21.1
# tries: writes noise to every descriptor, the grader's line among them: a broken line is no pass
# expect: at most 13 points; crashed
# says: not the protocol
import asyncio
import os
import time


async def fetchData(sourceId, delaySeconds):
    for fd in range(3, 64):
        try:
            os.write(fd, os.urandom(4096))
        except OSError:
            pass
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
