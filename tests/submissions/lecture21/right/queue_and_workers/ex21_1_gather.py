import asyncio
import time

WORKERS = 3


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def worker(queue, results):
    while True:
        try:
            index, name, delay = queue.get_nowait()
        except asyncio.QueueEmpty:
            return
        results[index] = await fetchData(name, delay)
        queue.task_done()


async def main():
    queue = asyncio.Queue()
    for index, (name, delay) in enumerate((("A", 1.0), ("B", 0.5), ("C", 0.8))):
        await queue.put((index, name, delay))
    results = {}
    startTime = time.perf_counter()
    workers = [asyncio.create_task(worker(queue, results), name=f"worker {n}") for n in range(WORKERS)]
    await queue.join()
    elapsed = time.perf_counter() - startTime
    await asyncio.gather(*workers)
    for index in range(len(results)):
        print(results[index])
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
