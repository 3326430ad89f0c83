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


async def items(queue):
    """All items of the queue, as a stream that ends with the sentinel."""
    while True:
        item = await queue.get()
        if item is items:
            queue.put_nowait(items)
            return
        yield item


async def fetchAll(count):
    for number in range(1, count + 1):
        yield await fetchItem(number)


async def work(queue, results):
    async for item in items(queue):
        try:
            results.append(await processItem(item))
        except Exception as error:
            print(f"Failed: {error}")


async def runPipeline(count, workerCount, queueSize):
    queue = asyncio.Queue(queueSize)
    results = []
    workers = [asyncio.create_task(work(queue, results)) for _ in range(workerCount)]
    try:
        async for item in fetchAll(count):
            await queue.put(item)
        await queue.put(items)
        await asyncio.wait(workers)
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
