# exercise: 21.1
# tries: expressions whose value the compiler itself works out: powers, repeated texts, nested tuples
# expect: at most 29 points; crashed, failed, student_error, timed_out
import asyncio
import time


LARGE = ((((1, 2, 3) * 60) * 60) * 20, "x" * 4_000, (7 ** 40) ** 3 * 10**40, 1 << 120)


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    if __name__ == "__main__":
        huge = " " * 10**10
        power = 10 ** 10**8
        print(len(huge), power)
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
