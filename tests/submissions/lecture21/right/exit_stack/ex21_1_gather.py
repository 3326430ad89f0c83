import asyncio
import contextlib
import time


async def fetchData(sourceId, delaySeconds):
    with contextlib.ExitStack() as stack:
        print(f"Starting fetch {sourceId}")
        await asyncio.sleep(delaySeconds)
        stack.callback(print, f"Completed fetch {sourceId}")
        return f"Data from source {sourceId}"


async def main():
    async with contextlib.AsyncExitStack() as stack:
        group = await stack.enter_async_context(asyncio.TaskGroup())
        startTime = time.perf_counter()
        tasks = [group.create_task(fetchData(n, d)) for n, d in {"A": 1.0, "B": 0.5, "C": 0.8}.items()]
    elapsed = time.perf_counter() - startTime
    for task in tasks:
        print(task.result())
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
