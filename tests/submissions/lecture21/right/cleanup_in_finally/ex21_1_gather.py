import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    complete = False
    try:
        await asyncio.sleep(delaySeconds)
        complete = True
        return f"Data from source {sourceId}"
    finally:
        if complete:
            print(f"Completed fetch {sourceId}")


async def main():
    startTime = time.perf_counter()
    elapsed = None
    try:
        results = await asyncio.gather(
            fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8)
        )
    finally:
        elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        print("Bye")
