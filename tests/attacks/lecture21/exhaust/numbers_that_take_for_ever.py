# exercise: 21.1
# tries: powers and conversions of numbers whose digits fill the memory, in one call of C
# expect: at most 29 points; crashed, student_error, timed_out
import asyncio
import sys
import time


sys.set_int_max_str_digits(0)


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    if __name__ == "__main__":
        print(len(str(7 ** (7 ** 9))))
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
