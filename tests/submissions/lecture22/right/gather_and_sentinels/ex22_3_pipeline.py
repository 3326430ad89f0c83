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


async def produce(queue, count, workerCount):
    for number in range(1, count + 1):
        await queue.put(await fetchItem(number))
    for _ in range(workerCount):
        await queue.put(None)


async def work(queue, results):
    while True:
        item = await queue.get()
        if item is None:
            break
        try:
            results.append(await processItem(item))
        except Exception as error:
            print(f"Failed: {error}")


async def runPipeline(count, workerCount, queueSize):
    queue = asyncio.Queue(maxsize=queueSize)
    results = []
    tasks = [asyncio.create_task(work(queue, results)) for _ in range(workerCount)]
    tasks.append(asyncio.create_task(produce(queue, count, workerCount)))
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return results


async def main():
    results = await runPipeline(6, 2, 1)
    print(f"{len(results)} of 6: {', '.join(results)}")


if __name__ == "__main__":
    asyncio.run(main())
