import asyncio
from functools import partial


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


async def forever(step):
    while True:
        await step()


async def workOnce(queue, results):
    item = await queue.get()
    try:
        results.append(await processItem(item))
    except Exception as error:
        print("Failed:", error)
    finally:
        queue.task_done()


async def runPipeline(count, workerCount, queueSize):
    queue, results = asyncio.Queue(queueSize), []
    step = partial(workOnce, queue, results)
    workers = asyncio.gather(*(forever(step) for _ in range(workerCount)), return_exceptions=True)
    try:
        for number in range(1, 1 + count):
            await queue.put(await fetchItem(number))
        await queue.join()
    finally:
        workers.cancel()
        await asyncio.gather(workers, return_exceptions=True)
    return results


async def main():
    results = await runPipeline(6, 2, 1)
    print(f"{len(results)} of 6: {', '.join(results)}")


if __name__ == "__main__":
    asyncio.run(main())
