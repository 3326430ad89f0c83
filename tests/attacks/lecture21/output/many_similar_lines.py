# exercise: 21.1
# tries: hundreds of lines that nearly match: comparing them must stay cheap for the grader
# expect: at most 23 points; failed
import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    for i in range(400):
        print(f"Starting fetch {sourceId}" + "  " * (i % 7) + "x" * (i % 11))
    await asyncio.sleep(delaySeconds)
    return "\n".join(f"Data from source {i % 13}" * 20 for i in range(400))


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
