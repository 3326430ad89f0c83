import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    try:
        await asyncio.wait_for(asyncio.Event().wait(), timeout=delaySeconds)
    except asyncio.TimeoutError:
        pass
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    everything = asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    results = await asyncio.wait_for(asyncio.shield(everything), timeout=None)
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
