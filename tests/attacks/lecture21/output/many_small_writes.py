# exercise: 21.1
# tries: prints a million times, one character or none, with and without flush
# expect: at most 29 points; failed, timed_out, crashed, student_error
# says: limit
import asyncio
import sys
import time


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    if __name__ == "__main__":
        while True:
            print(end="")
            sys.stdout.write(".")
            sys.stdout.flush()
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
