# exercise: 21.1
# tries: forks as often as it can
# expect: at most 13 points; failed
import asyncio
import os
import time


async def fetchData(sourceId, delaySeconds):
    for _ in range(10_000):  # bounded, should anybody run this outside a jail
        try:
            if os.fork() == 0:
                os._exit(0)
        except OSError:
            break
        print("forked")
    print(f"Starting fetch {sourceId}")


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
