import asyncio
from decimal import Decimal
from time import perf_counter_ns

NS = 1_000_000_000


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    startTime = perf_counter_ns()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = Decimal(perf_counter_ns() - startTime) / NS
    for result in results:
        print(result)
    print(f"Total time: {elapsed.quantize(Decimal('0.01'))}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
