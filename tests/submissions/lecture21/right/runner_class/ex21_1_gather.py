import asyncio
import time


async def fetchData(sourceId: str, delaySeconds: float) -> str:
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main() -> None:
    startTime = time.perf_counter()
    first, second, third = await asyncio.gather(
        fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8)
    )
    elapsed = time.perf_counter() - startTime
    print(f"{first}\n{second}\n{third}")
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


with asyncio.Runner() as runner:
    runner.run(main())
