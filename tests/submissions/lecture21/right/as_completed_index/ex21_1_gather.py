"""as_completed hands results out in the order of finishing, so every result carries its index."""
import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def numbered(index, coroutine):
    return index, await coroutine


async def main():
    startTime = time.perf_counter()
    plan = [("A", 1.0), ("B", 0.5), ("C", 0.8)]
    tasks = [asyncio.create_task(numbered(i, fetchData(*args))) for i, args in enumerate(plan)]
    results = [None] * len(plan)
    for earliest in asyncio.as_completed(tasks):
        index, value = await earliest
        results[index] = value
    elapsed = time.perf_counter() - startTime
    for value in results:
        print(value)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
