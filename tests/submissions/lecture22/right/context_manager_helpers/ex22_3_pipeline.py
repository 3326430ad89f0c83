import asyncio
from contextlib import AsyncExitStack, asynccontextmanager


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


@asynccontextmanager
async def worker(queue, results):
    async def work():
        while True:
            item = await queue.get()
            try:
                results.append(await processItem(item))
            except Exception as error:
                print(f"Failed: {error}")
            queue.task_done()

    task = asyncio.create_task(work())
    try:
        yield task
    finally:
        task.cancel()


async def runPipeline(count, workerCount, queueSize):
    queue = asyncio.Queue(queueSize)
    results = []
    tasks = []
    try:
        async with AsyncExitStack() as stack:
            for _ in range(workerCount):
                tasks.append(await stack.enter_async_context(worker(queue, results)))
            for number in range(1, count + 1):
                await queue.put(await fetchItem(number))
            await queue.join()
    finally:
        await asyncio.gather(*tasks, return_exceptions=True)
    return results


async def main():
    results = await runPipeline(6, 2, 1)
    print(f"{len(results)} of 6: {', '.join(results)}")


if __name__ == "__main__":
    asyncio.run(main())
