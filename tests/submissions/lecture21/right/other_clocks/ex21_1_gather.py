import asyncio
import timeit


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    start = timeit.default_timer()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    end = timeit.default_timer()
    for result in results:
        print(result)
    print(f"Total time: {end - start:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
