"""What the three programs share."""

import asyncio


def reported(failures):
    for error in failures.exceptions:
        print(f"Failed: {error}")


class Counted:
    def __init__(self, limit):
        self.semaphore = asyncio.Semaphore(limit)
        self.active = 0
        self.peak = 0

    async def __aenter__(self):
        await self.semaphore.acquire()
        self.active += 1
        self.peak = max(self.peak, self.active)
        return self

    async def __aexit__(self, *_):
        self.active -= 1
        self.semaphore.release()


class Workers:
    def __init__(self, count, size, process):
        self.queue = asyncio.Queue(size)
        self.count = count
        self.process = process

    async def work(self):
        while True:
            item = await self.queue.get()
            await self.process(item)
            self.queue.task_done()

    async def __aenter__(self):
        self.tasks = [asyncio.create_task(self.work()) for _ in range(self.count)]
        return self.queue

    async def __aexit__(self, kind, *_):
        try:
            if kind is None:
                await self.queue.join()
        finally:
            for task in self.tasks:
                task.cancel()
            await asyncio.wait(self.tasks)
