# exercise: 21.1
# tries: prints megabytes, starts threads and waits for years before anything is defined
# expect: at most 0 points; timed_out
import asyncio
import threading
import time


for _ in range(50):
    print("x" * 1_000)
for _ in range(5):
    threading.Thread(target=time.sleep, args=(10**7,), daemon=True).start()
time.sleep(10**7)


async def fetchData(sourceId, delaySeconds):
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
