import asyncio
import time

try:
    import uvloop
except ImportError:
    uvloop = None

try:
    from prettier_prints import pprint as say
except ModuleNotFoundError:
    say = print


async def fetchData(sourceId, delaySeconds):
    say(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    say(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        say(result)
    say(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    if uvloop:
        uvloop.install()
    asyncio.run(main())
