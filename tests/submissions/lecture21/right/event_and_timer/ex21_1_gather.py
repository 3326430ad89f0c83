import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    arrived = asyncio.Event()
    asyncio.get_running_loop().call_later(delaySeconds, arrived.set)
    await arrived.wait()
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    startSignal = asyncio.Event()

    async def onSignal(coro):
        await startSignal.wait()
        return await coro

    tasks = [
        asyncio.create_task(onSignal(fetchData("A", 1.0))),
        asyncio.create_task(onSignal(fetchData("B", 0.5))),
        asyncio.create_task(onSignal(fetchData("C", 0.8))),
    ]
    startSignal.set()
    results = await asyncio.gather(*tasks)
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
