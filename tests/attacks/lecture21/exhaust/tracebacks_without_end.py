# exercise: 21.1
# tries: raises out of a hundred thousand frames, and out of a traceback that leads back to its own beginning
# expect: at most 13 points; crashed, failed, student_error, timed_out
import asyncio
import sys
import time


sys.setrecursionlimit(200_000)


def down(levels):
    if levels:
        down(levels - 1)
    raise KeyError(levels)


async def fetchData(sourceId, delaySeconds):
    down(20_000)


async def main():
    if __name__ == "__main__":
        down(100_000)
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
