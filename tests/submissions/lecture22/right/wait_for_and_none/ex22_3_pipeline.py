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


async def work(queue, results):
    while True:
        item = await queue.get()
        if item is None:
            await queue.put(None)
            return
        try:
            results.append(await processItem(item))
        except Exception as problem:
            print(f"Failed: {problem}")


async def runPipeline(count, workerCount, queueSize):
    results = []
    queue = asyncio.Queue(queueSize)
    async with asyncio.TaskGroup() as workers:
        for _ in range(workerCount):
            workers.create_task(work(queue, results))
        for number in range(count):
            await queue.put(await fetchItem(number + 1))
        await queue.put(None)
    return results


async def main():
    results = await runPipeline(6, 2, 1)
    print(f"{len(results)} of 6: {', '.join(results)}")


asyncio.run(main())
