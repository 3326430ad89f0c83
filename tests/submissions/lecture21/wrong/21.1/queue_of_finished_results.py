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
    queue = asyncio.Queue()

    async def producer(sourceId, delaySeconds):
        await queue.put(await fetchData(sourceId, delaySeconds))

    await asyncio.gather(producer("A", 1.0), producer("B", 0.5), producer("C", 0.8))
    results = [queue.get_nowait() for _ in range(3)]
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
