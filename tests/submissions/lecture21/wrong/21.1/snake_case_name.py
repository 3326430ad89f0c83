# loses: result, concurrency, ordering, output, timing, suspension, main
import asyncio
import time

async def fetch_data(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    result = f"Data from source {sourceId}"
    print(f"Completed fetch {sourceId}")
    return result

async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(
        fetch_data("A", 1.0),
        fetch_data("B", 0.5),
        fetch_data("C", 0.8),
    )
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")

asyncio.run(main())
