# exercise: 21.1
# tries: lifts the recursion limit and overflows the stack: crashed, or stopped at a limit
# expect: at most 26 points; crashed, student_error, timed_out
import asyncio
import sys
import time

sys.setrecursionlimit(10**9)


def dive(x):
    return eval('dive(x)', globals(), {'x': x})


async def fetchData(sourceId, delaySeconds):
    if delaySeconds > 100:
        dive(sourceId)
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
