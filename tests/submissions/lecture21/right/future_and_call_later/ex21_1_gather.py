"""My own sleep: a future that a timer completes."""
import asyncio
import time


def sleeping(seconds):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    handle = loop.call_later(seconds, lambda: future.done() or future.set_result(None))
    future.add_done_callback(lambda _: handle.cancel())
    return future


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await sleeping(delaySeconds)
    print(f"Completed fetch {sourceId}")
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


if __name__ == "__main__":
    asyncio.run(main())
