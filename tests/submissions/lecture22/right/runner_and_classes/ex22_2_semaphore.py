import asyncio
import time


async def transfer(name, megabytes):
    print(f"Start {name}")
    await asyncio.sleep(megabytes / 10)
    if megabytes == 0:
        raise ValueError(f"{name} is empty")
    print(f"End {name}")
    return f"Saved {name}"


class Slot:
    def __init__(self, pool):
        self.pool = pool

    async def __aenter__(self):
        await self.pool.slots.acquire()
        self.pool.count(+1)

    async def __aexit__(self, *exc):
        self.pool.count(-1)
        self.pool.slots.release()


class DownloadPool:
    def __init__(self, limit):
        self.slots = asyncio.Semaphore(limit)
        self._now = 0
        self._most = 0

    @property
    def active(self):
        return self._now

    @property
    def peak(self):
        return self._most

    def count(self, difference):
        self._now += difference
        self._most = max(self._now, self._most)

    async def download(self, name, megabytes):
        async with Slot(self):
            return await transfer(name, megabytes)

    async def downloadAll(self, files):
        return list(await asyncio.gather(*(self.download(*f) for f in files), return_exceptions=True))


async def main():
    startTime = time.perf_counter()
    pool = DownloadPool(2)
    results = await pool.downloadAll([("a.zip", 4), ("b.zip", 2), ("c.zip", 0), ("d.zip", 3), ("e.zip", 3)])
    for result in results:
        print(result)
    elapsed = time.perf_counter() - startTime
    print(f"At most {pool.peak} at once, {elapsed:.2f} seconds")


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        runner.run(main())
