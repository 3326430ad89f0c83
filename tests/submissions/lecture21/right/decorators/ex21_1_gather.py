import asyncio
import functools
import time


def announced(function):
    @functools.wraps(function)
    async def wrapper(sourceId, delaySeconds):
        print(f"Starting fetch {sourceId}")
        result = await function(sourceId, delaySeconds)
        print(f"Completed fetch {sourceId}")
        return result

    return wrapper


def timed(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        begin = time.perf_counter()
        try:
            return await function(*args, **kwargs)
        finally:
            elapsed = time.perf_counter() - begin
            print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")

    return wrapper


@announced
async def fetchData(sourceId, delaySeconds):
    await asyncio.sleep(delaySeconds)
    return f"Data from source {sourceId}"


@timed
async def main():
    for result in await asyncio.gather(
        fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8)
    ):
        print(result)


if __name__ == "__main__":
    asyncio.run(main())
