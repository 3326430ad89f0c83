import asyncio
import time


async def pause(seconds):
    # in two halves, so that others get a turn in between
    await asyncio.sleep(0)
    await asyncio.sleep(seconds / 2)
    await asyncio.sleep(seconds / 2)


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await pause(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    running = [asyncio.create_task(fetchData("A", 1.0))]
    running += [asyncio.create_task(fetchData("B", 0.5))]
    running += [asyncio.create_task(fetchData("C", 0.8))]
    while not all(task.done() for task in running):
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait([task for task in running if not task.done()] or running)
    elapsed = time.perf_counter() - startTime
    for task in running:
        print(await task)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
