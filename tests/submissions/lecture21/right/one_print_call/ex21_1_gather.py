import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    print("Starting", "fetch", sourceId, sep=" ")
    await asyncio.sleep(delaySeconds)
    print("Completed fetch ", end="")
    print(sourceId)
    return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    print("\n".join([*results, f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)"]))


if __name__ == "__main__":
    asyncio.run(main())
