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
        self.slots = asyncio.Semaphore(limit)
        self.active = 0
        self.peak = 0

    async def download(self, name, megabytes):
        await self.slots.acquire()
        self.active += 1
        if self.active > self.peak:
            self.peak = self.active
        try:
            result = await transfer(name, megabytes)
        finally:
            self.active -= 1
            self.slots.release()
        return result

    async def downloadAll(self, files):
        tasks = []
        for name, megabytes in files:
            tasks.append(asyncio.create_task(self.download(name, megabytes)))
        return await asyncio.gather(*tasks, return_exceptions=True)


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
