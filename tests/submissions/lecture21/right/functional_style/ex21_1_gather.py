import asyncio
import time
from functools import partial
from itertools import starmap
from operator import itemgetter

SOURCES = [("A", 1.0), ("B", 0.5), ("C", 0.8)]
emit = partial(print, sep="")


async def fetchData(sourceId, delaySeconds):
    emit("Starting fetch ", sourceId)
    return (await asyncio.sleep(delaySeconds), emit("Completed fetch ", sourceId), f"Data from source {sourceId}")[-1]


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(*starmap(fetchData, SOURCES))
    elapsed = (lambda now: now - startTime)(time.perf_counter())
    list(map(emit, results))
    emit("Total time: ", f"{elapsed:.2f}", "s (vs ~", f"{sum(map(itemgetter(1), SOURCES)):.1f}", "s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
