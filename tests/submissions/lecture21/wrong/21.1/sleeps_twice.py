# loses: timing, main
import asyncio
from time import perf_counter

SOURCES = [("A", 1.0), ("B", 0.5), ("C", 0.8)]


async def fetchData(sourceId, delaySeconds):
    print("Starting fetch", sourceId)
    await asyncio.sleep(delaySeconds)
    await asyncio.sleep(delaySeconds)
    print("Completed fetch", sourceId)
    return "Data from source " + str(sourceId)


async def main():
    began = perf_counter()
    results = await asyncio.gather(*(fetchData(name, delay) for name, delay in SOURCES))
    elapsed = perf_counter() - began
    print(*results, sep="\n")
    print("Total time: %.2fs (vs ~2.3s sequential)" % elapsed)


if __name__ == "__main__":
    asyncio.run(main())
