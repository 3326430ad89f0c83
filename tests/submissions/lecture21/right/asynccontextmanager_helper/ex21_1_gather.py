import asyncio
import time
from contextlib import asynccontextmanager, contextmanager


@asynccontextmanager
async def connection(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    yield f"Data from source {sourceId}"
    print(f"Completed fetch {sourceId}")


async def fetchData(sourceId, delaySeconds):
    async with connection(sourceId, delaySeconds) as data:
        result = data
    return result


@contextmanager
def measured(report):
    begin = time.perf_counter()
    yield
    report["elapsed"] = time.perf_counter() - begin


async def main():
    report = {}
    with measured(report):
        results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    for result in results:
        print(result)
    print("Total time: {elapsed:.2f}s (vs ~2.3s sequential)".format(**report))


if __name__ == "__main__":
    asyncio.run(main())
