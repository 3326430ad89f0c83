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


class Worker:
    def __init__(self, pipeline):
        self.pipeline = pipeline
        self.task = asyncio.create_task(self.run())

    async def run(self):
        try:
            while True:
                await self.handle(await self.pipeline.queue.get())
        except asyncio.CancelledError:
            return

    async def handle(self, item):
        try:
            self.pipeline.results.append(await processItem(item))
        except Exception as error:
            print(f"Failed: {error}")
        self.pipeline.done += 1
        if self.pipeline.done == self.pipeline.count:
            self.pipeline.finished.set()


class Pipeline:
    def __init__(self, count, workerCount, queueSize):
        self.count = count
        self.done = 0
        self.finished = asyncio.Event()
        self.queue = asyncio.Queue(queueSize)
        self.results = []
        self.workers = [Worker(self) for _ in range(workerCount)]

    async def run(self):
        for number in range(1, self.count + 1):
            await self.queue.put(await fetchItem(number))
        if self.count:
            await self.finished.wait()

    async def stop(self):
        for worker in self.workers:
            worker.task.cancel()
        for worker in self.workers:
            try:
                await worker.task
            except asyncio.CancelledError:
                pass


async def runPipeline(count, workerCount, queueSize):
    pipeline = Pipeline(count, workerCount, queueSize)
    try:
        await pipeline.run()
    finally:
        await pipeline.stop()
    return pipeline.results


async def main():
    results = await runPipeline(6, 2, 1)
    print(f"{len(results)} of 6: {', '.join(results)}")


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        runner.run(main())
