import asyncio
import time


class Stopwatch:
    __slots__ = ("_begin", "seconds")

    def __enter__(self):
        self._begin = time.perf_counter()
        return self

    def __exit__(self, *exc):
        self.seconds = time.perf_counter() - self._begin


class Fetcher:
    __slots__ = ("sourceId",)

    def __init__(self, sourceId):
        self.sourceId = sourceId

    def log(self, what):
        print(f"{what} fetch {self.sourceId}")

    @property
    def payload(self):
        return f"Data from source {self.sourceId}"


async def fetchData(sourceId, delaySeconds):
    fetcher = Fetcher(sourceId)
    fetcher.log("Starting")
    await asyncio.sleep(delaySeconds)
    fetcher.log("Completed")
    return fetcher.payload


async def main():
    with Stopwatch() as watch:
        results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    for result in results:
        print(result)
    print(f"Total time: {watch.seconds:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
