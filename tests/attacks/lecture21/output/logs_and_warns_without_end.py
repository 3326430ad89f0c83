# exercise: 21.1
# tries: fills logs, warnings and the report of errors that nobody handles
# expect: at most 29 points; failed, timed_out, crashed, student_error
import asyncio
import logging
import sys
import time
import warnings


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    if __name__ == "__main__":
        warnings.simplefilter("always")
        while True:
            logging.error("x" * 10_000)
            warnings.warn("x" * 10_000)
            sys.unraisablehook(type("Report", (), {"exc_value": ValueError("x" * 1_000), "exc_type": ValueError, "exc_traceback": None, "err_msg": None, "object": None}))
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
