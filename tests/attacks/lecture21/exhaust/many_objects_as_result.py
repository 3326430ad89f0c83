# exercise: 21.1
# tries: returns tens of thousands of objects of its own, each of which the grader would have to keep a place for
# expect: at most 13 points; failed
import asyncio
import time


class Thing:
    pass


async def fetchData(sourceId, delaySeconds):
    return [Thing() for _ in range(6_000)]


async def main():
    if __name__ == "__main__":
        return [Thing() for _ in range(10**5)]
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
