# exercise: 21.1
# tries: spins on time.time(): the virtual clock must not freeze the grader, the blocking shows
# expect: at most 17 points; failed, timed_out
import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    end = time.time() + delaySeconds
    print(f"Starting fetch {sourceId}")
    while time.time() < end:
        pass
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
