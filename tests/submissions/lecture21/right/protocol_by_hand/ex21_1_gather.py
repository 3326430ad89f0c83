"""Everything that `await`, `async with` and `gather` do, spelled out."""
import asyncio
import time


class Pause:
    """An awaitable object of my own."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __await__(self):
        return asyncio.sleep(self.seconds).__await__()


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await Pause(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    results = {}
    finished = asyncio.Event()
    tasks = []

    def remember(index):
        def callback(task):
            results[index] = task.result()
            if len(results) == len(tasks):
                finished.set()

        return callback

    for index, (name, delay) in enumerate([("A", 1.0), ("B", 0.5), ("C", 0.8)]):
        task = asyncio.create_task(fetchData(name, delay))
        task.add_done_callback(remember(index))
        tasks.append(task)
    await finished.wait()
    elapsed = time.perf_counter() - startTime
    for index in sorted(results):
        print(results[index])
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
