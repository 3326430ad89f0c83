# exercise: 21.1
# tries: objects that come back to life whenever they are thrown away, and make two of their kind each time
# expect: at most 29 points; crashed, failed, student_error, timed_out
import asyncio
import gc
import time


class Hydra:
    def __init__(self):
        self.me = self

    def __del__(self):
        Hydra(), Hydra()


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    if __name__ == "__main__":
        gc.set_threshold(1)
        Hydra()
        while True:
            gc.collect()
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
