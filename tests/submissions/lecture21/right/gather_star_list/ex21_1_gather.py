# Homework 21.1
# I put the sources into a list so it is easy to add one more later.
import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    print("Starting fetch", sourceId)
    await asyncio.sleep(delaySeconds)
    print("Completed fetch", sourceId)
    return "Data from source " + str(sourceId)


async def main():
    sources = [("A", 1.0), ("B", 0.5), ("C", 0.8)]
    coros = [fetchData(s, d) for s, d in sources]
    t0 = time.perf_counter()
    results = await asyncio.gather(*coros)
    t1 = time.perf_counter()
    for r in results:
        print(r)
    print("Total time: %.2fs (vs ~2.3s sequential)" % (t1 - t0))


if __name__ == "__main__":
    asyncio.run(main())
