import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    data = await asyncio.sleep(delaySeconds, f"Data from source {sourceId}")
    print(f"Completed fetch {sourceId}")
    return data


async def main():
    startTime = time.perf_counter()
    a, b, c = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    print(a); print(b); print(c)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
