# loses: result
"""Example 22.2: a semaphore, which lets only so many through at the same time."""

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
        self.active = 0
        self.peak = limit
        self.slots = asyncio.Semaphore(limit)

    async def download(self, name, megabytes):
        async with self.slots:
            self.active += 1
            self.peak = max(self.peak, self.active)
            try:
                return await transfer(name, megabytes)
            finally:
                self.active -= 1

    async def downloadAll(self, files):
        results = await asyncio.gather(*(self.download(*file) for file in files), return_exceptions=True)
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
