import abc
import asyncio
import time


class Fetch(abc.ABC):
    def __init__(self, sourceId, delaySeconds):
        self.sourceId = sourceId
        self.delaySeconds = delaySeconds

    async def run(self):
        self.before()
        await self.wait()
        self.after()
        return self.result()

    @abc.abstractmethod
    async def wait(self): ...

    def before(self):
        print(f"Starting fetch {self.sourceId}")

    def after(self):
        print(f"Completed fetch {self.sourceId}")

    def result(self):
        return f"Data from source {self.sourceId}"


class SleepingFetch(Fetch):
    async def wait(self):
        await asyncio.sleep(self.delaySeconds)


async def fetchData(sourceId, delaySeconds):
    return await SleepingFetch(sourceId, delaySeconds).run()


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


if __name__ == "__main__":
    asyncio.run(main())
