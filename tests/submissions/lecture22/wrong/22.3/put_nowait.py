# loses: cancellation, cleanup, concurrency, main, no-suppress, ordering, rows, streaming
"""Example 22.3: a pipeline: one producer, a queue with little room, several workers, and an orderly end."""

import asyncio


async def fetchItem(number):
    await asyncio.sleep(number / 20)
    print(f"Fetched page{number}")
    return f"page{number}"


async def processItem(item):
    await asyncio.sleep(0.5)
    if item.endswith("3"):
        raise ValueError(f"{item} is damaged")
    print(f"Processed {item}")
    return item.upper()


async def produce(queue, count):
    for number in range(1, count + 1):
        item = await fetchItem(number)
        queue.put_nowait(item)


async def work(queue, results):
    while True:
        item = await queue.get()
        try:
            results.append(await processItem(item))
        except Exception as error:
            print(f"Failed: {error}")
        queue.task_done()


async def runPipeline(count, workerCount, queueSize):
    results = []
    queue = asyncio.Queue(queueSize)
    workers = [asyncio.create_task(work(queue, results)) for _ in range(workerCount)]
    try:
        await produce(queue, count)
        await queue.join()
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return results


async def main():
    results = await runPipeline(6, 2, 1)
    print(f"{len(results)} of 6: {', '.join(results)}")


if __name__ == "__main__":
    asyncio.run(main())
