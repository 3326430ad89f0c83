import asyncio

from lecture_helper import Stopwatch, announce, pretend_io


async def fetchData(sourceId, delaySeconds):
    announce("Starting fetch", sourceId)
    await pretend_io(delaySeconds)
    announce("Completed fetch", sourceId)
    return f"Data from source {sourceId}"


async def main():
    watch = Stopwatch()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = watch.read()
    for result in results:
        announce(result)
    announce(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
