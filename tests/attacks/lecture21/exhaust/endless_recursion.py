# exercise: 21.1
# tries: calls itself without end: RecursionError, a student error
# expect: at most 13 points; failed, student_error
# says: RecursionError
import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    return await fetchData(sourceId, delaySeconds)


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
