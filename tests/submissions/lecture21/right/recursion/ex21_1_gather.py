import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def fetchAll(sources):
    """The first one and, at the same time, all the others."""
    if not sources:
        return []
    first = asyncio.create_task(fetchData(*sources[0]))
    others = await fetchAll(sources[1:])
    return [await first] + others


def show(lines):
    if lines:
        print(lines[0])
        show(lines[1:])


async def main():
    startTime = time.perf_counter()
    results = await fetchAll([("A", 1.0), ("B", 0.5), ("C", 0.8)])
    elapsed = time.perf_counter() - startTime
    show(results)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
