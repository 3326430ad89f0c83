# loses: concurrency, main
"""Example 21.1 - three fetches at the same time."""
import asyncio
import time


async def fetchData(source_id: str, delay: float) -> str:
    """Pretend to fetch something from the network."""
    print(f"Starting fetch {source_id}")
    await asyncio.sleep(delay)
    print(f"Completed fetch {source_id}")
    return f"Data from source {source_id}"


async def main() -> None:
    start = time.perf_counter()
    results = []
    for source_id, delay in [("A", 1.0), ("B", 0.5), ("C", 0.8)]:
        task = asyncio.create_task(fetchData(source_id, delay))
        results.append(await task)
    elapsed = time.perf_counter() - start
    for line in results:
        print(line)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
