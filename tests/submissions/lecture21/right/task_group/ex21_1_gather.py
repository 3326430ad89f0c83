"""Fetch from three sources with structured concurrency."""
import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    begin = time.perf_counter()
    async with asyncio.TaskGroup() as tg:
        a = tg.create_task(fetchData("A", 1.0))
        b = tg.create_task(fetchData("B", 0.5))
        c = tg.create_task(fetchData("C", 0.8))
    elapsed = time.perf_counter() - begin
    for task in (a, b, c):
        print(task.result())
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
