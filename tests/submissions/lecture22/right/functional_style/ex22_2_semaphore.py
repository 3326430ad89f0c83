import asyncio
import functools
import time


async def transfer(name, megabytes):
    print(f"Start {name}")
    await asyncio.sleep(megabytes / 10)
    if megabytes == 0:
        raise ValueError(f"{name} is empty")
    print(f"End {name}")
    return f"Saved {name}"


def withSlot(function):
    @functools.wraps(function)
    async def inSlot(self, *file):
        async with self.slots:
            self.active += 1
            self.peak = max(self.peak, self.active)
            try:
                return await function(self, *file)
            finally:
                self.active -= 1

    return inSlot


class DownloadPool:
    def __init__(self, limit):
        vars(self).update(slots=asyncio.Semaphore(limit), active=0, peak=0)

    @withSlot
    async def download(self, name, megabytes):
        return await transfer(name, megabytes)

    def downloadAll(self, files):
        return asyncio.gather(*map(self.download, *zip(*files)), return_exceptions=True) if files else nothing()


async def nothing():
    return []


async def main():
    startTime = time.perf_counter()
    pool = DownloadPool(2)
    results = await pool.downloadAll([("a.zip", 4), ("b.zip", 2), ("c.zip", 0), ("d.zip", 3), ("e.zip", 3)])
    print("\n".join(map(str, results)))
    elapsed = time.perf_counter() - startTime
    print(f"At most {pool.peak} at once, {elapsed:.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
