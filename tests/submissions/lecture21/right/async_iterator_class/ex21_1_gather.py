import asyncio
import time


class Countdown:
    """An async iterator that sleeps once and then is empty."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.used = False

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.used:
            raise StopAsyncIteration
        self.used = True
        await asyncio.sleep(self.seconds)
        return self.seconds


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    async for _ in Countdown(delaySeconds):
        print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def inOrder(tasks):
    for task in tasks:
        yield await task


async def main():
    startTime = time.perf_counter()
    tasks = [asyncio.create_task(fetchData(*pair)) for pair in (("A", 1.0), ("B", 0.5), ("C", 0.8))]
    results = [result async for result in inOrder(tasks)]
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
