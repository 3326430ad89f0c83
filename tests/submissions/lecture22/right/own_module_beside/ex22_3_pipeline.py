import asyncio

from kitchen import Workers


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
    results = []

    async def process(item):
        try:
            results.append(await processItem(item))
        except Exception as error:
            print(f"Failed: {error}")

    async with Workers(workerCount, queueSize, process) as queue:
        for number in range(1, count + 1):
            await queue.put(await fetchItem(number))
    return results


async def main():
    results = await runPipeline(6, 2, 1)
    print(f"{len(results)} of 6: {', '.join(results)}")


if __name__ == "__main__":
    asyncio.run(main())
