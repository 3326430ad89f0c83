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
        self.limit = limit
        self.slots = None
        self.active = 0
        self.peak = 0

    async def download(self, name, megabytes):
        if self.slots is None:
            self.slots = asyncio.Semaphore(self.limit)
        async with self.slots:
            self.active = self.active + 1
            if self.peak < self.active:
                self.peak = self.active
            try:
                saved = await transfer(name, megabytes)
            except BaseException:
                self.active = self.active - 1
                raise
            self.active = self.active - 1
            return saved

    async def downloadAll(self, files):
        tasks = [asyncio.create_task(self.download(*file)) for file in files]
        results = []
        try:
            for task in tasks:
                try:
                    results.append(await task)
                except Exception as error:
                    results.append(error)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return results


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
