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


END = object()


async def produce(queue, count):
    for number in range(1, count + 1):
        item = await fetchItem(number)
        await queue.put(item)
    await queue.put(END)


async def work(queue, results):
    while (item := await queue.get()) is not END:
        try:
            result = await processItem(item)
        except Exception as error:
            print("Failed:", error)
        else:
            results.append(result)
    await queue.put(END)  # for the next worker


async def runPipeline(count, workerCount, queueSize):
    queue = asyncio.Queue(queueSize)
    results = []
    async with asyncio.TaskGroup() as group:
        for _ in range(workerCount):
            group.create_task(work(queue, results))
        group.create_task(produce(queue, count))
    return results


async def main():
    results = await runPipeline(6, 2, 1)
    print(f"{len(results)} of 6: {', '.join(results)}")


if __name__ == "__main__":
    asyncio.run(main())
