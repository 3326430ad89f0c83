import asyncio
import logging
import time

logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(levelname)s %(message)s")  # goes to stderr
log = logging.getLogger(__name__)


async def fetchData(sourceId, delaySeconds):
    log.debug("fetching %s, %s s", sourceId, delaySeconds)
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    log.debug("fetched %s", sourceId)
    return f"Data from source {sourceId}"


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
    log.info("finished")


if __name__ == "__main__":
    asyncio.run(main())
