import asyncio
import sys
import time


async def fetchData(sourceId, delaySeconds):
    try:
        print(f"Starting fetch {sourceId}")
        await asyncio.sleep(delaySeconds)
    except Exception as e:
        print("something went wrong:", e, file=sys.stderr)
        raise
    else:
        print(f"Completed fetch {sourceId}")
        return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(
        fetchData("A", 1.0),
        fetchData("B", 0.5),
        fetchData("C", 0.8),
        return_exceptions=True,
    )
    elapsed = time.perf_counter() - startTime
    for result in results:
        if isinstance(result, BaseException):
            raise result
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
