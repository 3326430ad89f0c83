# exercise: 21.1
# tries: floods descriptors 1 and 2 and the raw buffers directly, where nobody counts
# expect: at most 29 points; failed, timed_out, crashed, student_error
# says: output limit
import asyncio
import os
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
            for number in (1, 2):
                try:
                    os.write(number, b"x" * 100_000)
                except OSError:
                    pass
            sys.stderr.buffer.write(b"x" * 100_000)
            sys.__stdout__.buffer.write(b"x" * 10_000)
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
