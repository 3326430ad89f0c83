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


async def runPipeline(count, workerCount, queueSize):
    """No standing workers: each item becomes a task of its own, as soon as there is a place for it."""
    queue = asyncio.Queue(queueSize)
    places = asyncio.Semaphore(workerCount)
    results = []

    async def process(item):
        try:
            results.append(await processItem(item))
        except Exception as error:
            print(f"Failed: {error}")
        finally:
            places.release()

    async def dispatch(group):
        for _ in range(count):
            await places.acquire()
            group.create_task(process(await queue.get()))

    async with asyncio.TaskGroup() as group:
        group.create_task(dispatch(group))
        for number in range(1, count + 1):
            await queue.put(await fetchItem(number))
    return results


async def main():
    results = await runPipeline(6, 2, 1)
    print(f"{len(results)} of 6: {', '.join(results)}")


if __name__ == "__main__":
    asyncio.run(main())
