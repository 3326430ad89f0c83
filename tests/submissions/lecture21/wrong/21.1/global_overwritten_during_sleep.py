# loses: result, main
import asyncio
import time

current = None

async def fetchData(sourceId, delaySeconds):
    global current
    current = sourceId
    print(f"Starting fetch {current}")
    await asyncio.sleep(delaySeconds)
    result = f"Data from source {current}"
    print(f"Completed fetch {current}")
    return result

async def main():
    startTime = time.perf_counter()
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
