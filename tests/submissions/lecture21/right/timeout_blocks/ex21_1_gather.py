import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    try:
        async with asyncio.timeout(delaySeconds):
            await asyncio.get_running_loop().create_future()
    except TimeoutError:
        print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    async with asyncio.timeout(60):  # never that long, only to be safe
        results = await asyncio.gather(
            fetchData("A", 1.0),
            fetchData("B", 0.5),
            fetchData("C", 0.8),
        )
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
