# exercise: 21.1
# tries: fills stdout without end: only the first part is kept, then it is stopped
# expect: at most 13 points; crashed, timed_out
# says: output limit
import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    while True:
        print("la " * 1000)


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
