import asyncio
import contextvars
import time

currentSource = contextvars.ContextVar("currentSource")


def say(what):
    print(f"{what} fetch {currentSource.get()}")


async def fetchData(sourceId, delaySeconds):
    token = currentSource.set(sourceId)
    try:
        say("Starting")
        await asyncio.sleep(delaySeconds)
        say("Completed")
        return f"Data from source {currentSource.get()}"
    finally:
        currentSource.reset(token)


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
