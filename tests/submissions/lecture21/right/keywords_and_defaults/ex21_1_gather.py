import asyncio
import time


async def fetchData(sourceId, delaySeconds=1.0, *, sleep=asyncio.sleep, out=None):
    print(f"Starting fetch {sourceId}", file=out)
    await sleep(delay=delaySeconds)
    print(f"Completed fetch {sourceId}", file=out)
    return f"Data from source {sourceId}"


async def main(argv=None):
    startTime = time.perf_counter()
    results = await asyncio.gather(
        fetchData(sourceId="A", delaySeconds=1.0),
        fetchData(sourceId="B", delaySeconds=0.5),
        fetchData(sourceId="C", delaySeconds=0.8),
    )
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main=main())
