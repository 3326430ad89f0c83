# loses: concurrency, main
import asyncio
import time

async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    result = f"Data from source {sourceId}"
    print(f"Completed fetch {sourceId}")
    return result

async def main():
    startTime = time.perf_counter()
    limit = asyncio.Semaphore(2)

    async def limited(sourceId, delaySeconds):
        async with limit:
            return await fetchData(sourceId, delaySeconds)

    results = await asyncio.gather(limited("A", 1.0), limited("B", 0.5), limited("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
