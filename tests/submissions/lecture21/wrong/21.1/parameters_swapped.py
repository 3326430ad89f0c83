# loses: result, output, timing, suspension
import asyncio
import time

async def fetchData(delaySeconds, sourceId):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    result = f"Data from source {sourceId}"
    print(f"Completed fetch {sourceId}")
    return result

async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(
        fetchData(1.0, "A"),
        fetchData(0.5, "B"),
        fetchData(0.8, "C"),
    )
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
