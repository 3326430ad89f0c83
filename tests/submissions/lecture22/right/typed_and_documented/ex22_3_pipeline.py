"""A pipeline of three stages: fetch, queue, process."""

from __future__ import annotations

import asyncio

PROCESSING: float = 0.5
DAMAGED: str = "3"


async def fetchItem(number: int) -> str:
    """Fetch one item."""
    await asyncio.sleep(number / 20)
    print(f"Fetched page{number}")
    return f"page{number}"


async def processItem(item: str) -> str:
    """Process one item."""
    await asyncio.sleep(PROCESSING)
    if item[-1:] == DAMAGED:
        raise ValueError(f"{item} is damaged")
    print(f"Processed {item}")
    return item.upper()


class Pipeline:
    """A queue, its workers and their results."""

    def __init__(self, workerCount: int, queueSize: int) -> None:
        self.queue: asyncio.Queue[str] = asyncio.Queue(queueSize)
        self.results: list[str] = []
        self.workerCount = workerCount
        self.workers: list[asyncio.Task[None]] = []

    async def work(self) -> None:
        """Process items for ever."""
        while True:
            item = await self.queue.get()
            try:
                result = await processItem(item)
                self.results.append(result)
            except Exception as error:
                print(f"Failed: {error}")
            finally:
                self.queue.task_done()

    async def __aenter__(self) -> Pipeline:
        self.workers += [asyncio.create_task(self.work()) for _ in range(self.workerCount)]
        return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        for worker in self.workers:
            worker.cancel()
        await asyncio.gather(*self.workers, return_exceptions=True)


async def runPipeline(count: int, workerCount: int, queueSize: int) -> list[str]:
    """Fetch and process so many items."""
    async with Pipeline(workerCount, queueSize) as pipeline:
        for number in range(1, count + 1):
            await pipeline.queue.put(await fetchItem(number))
        await pipeline.queue.join()
    return pipeline.results


async def main() -> None:
    """Tell the story."""
    results = await runPipeline(count=6, workerCount=2, queueSize=1)
    print(f"{len(results)} of 6: {', '.join(results)}")


if __name__ == "__main__":
    asyncio.run(main())
