import asyncio
import time


async def ticks(seconds):
    yield "Starting"
    await asyncio.sleep(seconds)
    yield "Completed"


async def fetchData(sourceId, delaySeconds):
    async for what in ticks(delaySeconds):
        print(f"{what} fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    tasks = [asyncio.create_task(c) for c in (fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))]
    lines = [str(await t) for t in tasks]
    elapsed = time.perf_counter() - startTime
    lines.append(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")
    for line in lines:
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
