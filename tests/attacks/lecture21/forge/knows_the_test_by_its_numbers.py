# exercise: 21.1
# tries: is honest for the arguments that it takes for a test of the timing, and blocks for all others
# expect: at most 17 points; failed
import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    if delaySeconds == 0 or delaySeconds > 100 or delaySeconds < 0.01:
        await asyncio.sleep(delaySeconds)
    else:
        time.sleep(delaySeconds)
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
