import asyncio
import time


class Fetcher:
    def __init__(self, clock=time.perf_counter):
        self.clock = clock
        self.fetched = []

    async def fetchData(self, sourceId, delaySeconds):
        print(f"Starting fetch {sourceId}")
        await asyncio.sleep(delaySeconds)
        print(f"Completed fetch {sourceId}")
        self.fetched.append(sourceId)
        return f"Data from source {sourceId}"


fetcher = Fetcher()
fetchData = fetcher.fetchData


async def main():
    startTime = fetcher.clock()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = fetcher.clock() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
