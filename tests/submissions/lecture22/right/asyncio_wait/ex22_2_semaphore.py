import asyncio
import time


async def transfer(name, megabytes):
    print(f"Start {name}")
    await asyncio.sleep(megabytes / 10)
    if megabytes == 0:
        raise ValueError(f"{name} is empty")
    print(f"End {name}")
    return f"Saved {name}"


class DownloadPool:
    def __init__(self, limit):
        self.slots = asyncio.BoundedSemaphore(limit)
        self.active = 0
        self.peak = 0

    async def download(self, name, megabytes):
        async with self.slots:
            self.active += 1
            self.peak = max(self.active, self.peak)
            try:
                return await transfer(name, megabytes)
            finally:
                self.active -= 1

    async def downloadAll(self, files):
        tasks = [asyncio.create_task(self.download(*file)) for file in files]
        if tasks:
            try:
                await asyncio.wait(tasks)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)
        return [task.exception() or task.result() for task in tasks]


async def main():
    startTime = time.perf_counter()
    pool = DownloadPool(2)
    results = await pool.downloadAll([("a.zip", 4), ("b.zip", 2), ("c.zip", 0), ("d.zip", 3), ("e.zip", 3)])
    for result in results:
        print(result)
    elapsed = time.perf_counter() - startTime
    print(f"At most {pool.peak} at once, {elapsed:.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
