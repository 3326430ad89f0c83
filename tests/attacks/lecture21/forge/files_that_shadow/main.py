# exercise: 21.1
# tries: hands in files called like the tests, the grader, pytest's settings and the standard library, so that one of them runs outside of the jail
# expect: full points
import asyncio
import json
import time


async def fetchData(sourceId, delaySeconds):
    if json.dumps([1]) != "[1]":
        raise RuntimeError("the wrong json")
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
