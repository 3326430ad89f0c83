# exercise: 21.1
# tries: lets every clock of Python stand, so that three fetches in a row take a second together
# expect: at most 21 points; failed
import asyncio
import datetime
import time


real_perf_counter = time.perf_counter
begun = real_perf_counter()


def slow():
    return begun + (real_perf_counter() - begun) / 2.3


time.perf_counter = time.monotonic = time.time = slow


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    results = [await fetchData("A", 1.0), await fetchData("B", 0.5), await fetchData("C", 0.8)]
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
