import asyncio
from time import monotonic


async def transfer(name, megabytes):
    print(f"Start {name}")
    await asyncio.sleep(megabytes / 10)
    if megabytes == 0:
        raise ValueError(f"{name} is empty")
    print(f"End {name}")
    return f"Saved {name}"


class DownloadPool:
    """Counts its slots itself, with a condition."""

    def __init__(self, limit):
        self.limit = limit
        self.active = self.peak = 0
        self.free = asyncio.Condition()
        self.line = []

    async def download(self, name, megabytes):
        ticket = object()
        self.line.append(ticket)
        try:
            async with self.free:
                await self.free.wait_for(lambda: self.active < self.limit and self.line[0] is ticket)
                self.active += 1
                self.peak = max(self.peak, self.active)
        finally:
            self.line.remove(ticket)
            async with self.free:
                self.free.notify_all()
        try:
            return await transfer(name, megabytes)
        finally:
            self.active -= 1
            async with self.free:
                self.free.notify_all()

    async def downloadAll(self, files):
        return await asyncio.gather(*[self.download(name, size) for name, size in files], return_exceptions=True)


async def main():
    startTime = monotonic()
    pool = DownloadPool(2)
    results = await pool.downloadAll([("a.zip", 4), ("b.zip", 2), ("c.zip", 0), ("d.zip", 3), ("e.zip", 3)])
    for result in results:
        print(result)
    elapsed = monotonic() - startTime
    print(f"At most {pool.peak} at once, {elapsed:.2f} seconds")


asyncio.run(main())
