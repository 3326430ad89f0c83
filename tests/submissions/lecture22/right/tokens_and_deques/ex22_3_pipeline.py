import asyncio
from collections import deque


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


class Belt:
    """A bounded queue of our own."""

    def __init__(self, size):
        self.size = size
        self.items = deque()
        self.changed = asyncio.Condition()
        self.closed = False

    async def put(self, item):
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.items) < self.size)
            self.items.append(item)
            self.changed.notify_all()

    async def close(self):
        async with self.changed:
            self.closed = True
            self.changed.notify_all()

    def __aiter__(self):
        return self

    async def __anext__(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.items or self.closed)
            if not self.items:
                raise StopAsyncIteration
            item = self.items.popleft()
            self.changed.notify_all()
            return item


async def produce(belt, count):
    number = 1
    while number <= count:
        await belt.put(await fetchItem(number))
        number += 1
    await belt.close()


async def work(belt, results):
    async for item in belt:
        try:
            results.append(await processItem(item))
        except Exception as error:
            print(f"Failed: {error}")


async def runPipeline(count, workerCount, queueSize):
    belt, results = Belt(queueSize), []
    async with asyncio.TaskGroup() as group:
        for _ in range(workerCount):
            group.create_task(work(belt, results))
        await produce(belt, count)
    return results


async def main():
    results = await runPipeline(6, 2, 1)
    print(f"{len(results)} of 6: {', '.join(results)}")


if __name__ == "__main__":
    asyncio.run(main())
