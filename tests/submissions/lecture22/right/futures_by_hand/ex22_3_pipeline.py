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


async def produce(queue, count, closed):
    for number in range(1, count + 1):
        await queue.put(await fetchItem(number))
    closed.set()


async def nextItem(queue, closed):
    """Return the next item, or None when the queue is closed and empty."""
    if not queue.empty():
        return queue.get_nowait()
    if closed.is_set():
        return None
    get = asyncio.ensure_future(queue.get())
    close = asyncio.ensure_future(closed.wait())
    try:
        await asyncio.wait([get, close], return_when=asyncio.FIRST_COMPLETED)
        if get.done():
            return get.result()
        return None if queue.empty() else queue.get_nowait()
    finally:
        get.cancel()
        close.cancel()
        await asyncio.gather(get, close, return_exceptions=True)


async def work(queue, closed, results):
    while (item := await nextItem(queue, closed)) is not None:
        try:
            results.append(await processItem(item))
        except Exception as error:
            print(f"Failed: {error}")


async def runPipeline(count, workerCount, queueSize):
    queue, closed, results = asyncio.Queue(queueSize), asyncio.Event(), []
    async with asyncio.TaskGroup() as group:
        for _ in range(workerCount):
            group.create_task(work(queue, closed, results))
        await produce(queue, count, closed)
    return results


async def main():
    results = await runPipeline(6, 2, 1)
    print(f"{len(results)} of 6: {', '.join(results)}")


if __name__ == "__main__":
    asyncio.run(main())
