# exercise: 21.1
# tries: patches the loop so that no sleep takes any time, and claims the time that it should have taken
# expect: at most 15 points; failed
import asyncio
import time


def impatient(loop):
    loop.call_later = lambda delay, callback, *args, **kwargs: type(loop).call_soon(loop, callback, *args)
    loop.call_at = lambda when, callback, *args, **kwargs: type(loop).call_soon(loop, callback, *args)


async def fetchData(sourceId, delaySeconds):
    impatient(asyncio.get_running_loop())
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
