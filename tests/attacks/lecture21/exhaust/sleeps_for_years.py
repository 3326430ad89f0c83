# exercise: 21.1
# tries: a blocking sleep of thirty years: virtual, so it costs no time, and it is a failed test
# expect: at most 13 points; timed_out
import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    time.sleep(10**9)
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
