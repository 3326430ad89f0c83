# loses: ordering, main
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
    results = []

    async def collect(sourceId, delaySeconds):
        results.append(await fetchData(sourceId, delaySeconds))

    await asyncio.gather(collect("A", 1.0), collect("B", 0.5), collect("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
