import asyncio
import time

startedCount = 0
completedCount = 0
history = []


async def fetchData(sourceId, delaySeconds):
    global startedCount, completedCount
    startedCount += 1
    history.append(("started", sourceId))
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    completedCount += 1
    history.append(("completed", sourceId))
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
    assert startedCount == completedCount == 3
    assert history[0] == ("started", "A")
