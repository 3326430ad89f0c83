import asyncio
import time

from kitchen import Counted


async def transfer(name, megabytes):
    print(f"Start {name}")
    await asyncio.sleep(megabytes / 10)
    if megabytes == 0:
        raise ValueError(f"{name} is empty")
    print(f"End {name}")
    return f"Saved {name}"


class DownloadPool(Counted):
    async def download(self, name, megabytes):
        async with self:
            return await transfer(name, megabytes)

    async def downloadAll(self, files):
        return await asyncio.gather(*(self.download(*file) for file in files), return_exceptions=True)


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
