import asyncio
import time

printing = asyncio.Lock()


async def say(text):
    async with printing:
        print(text)


async def fetchData(sourceId, delaySeconds):
    await say(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    await say(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    atMostThree = asyncio.Semaphore(3)

    async def limited(name, delay):
        async with atMostThree:
            return await fetchData(name, delay)

    startTime = time.perf_counter()
    results = await asyncio.gather(limited("A", 1.0), limited("B", 0.5), limited("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
