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
        self.running = set()
        self.peak = 0

    def __getattr__(self, name):
        if name == "active":
            return len(self.running)
        raise AttributeError(name)

    async def download(self, name, megabytes):
        async with self.slots:
            mark = object()
            self.running.add(mark)
            self.peak = max(self.peak, len(self.running))
            try:
                return await transfer(name, megabytes)
            finally:
                self.running.discard(mark)

    async def downloadAll(self, files):
        results = {}

        async def one(place, file):
            try:
                results[place] = await self.download(*file)
            except Exception as error:
                results[place] = error

        await asyncio.gather(*(one(place, file) for place, file in enumerate(files)))
        return [result for _, result in sorted(results.items(), key=lambda pair: pair[0])]


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
