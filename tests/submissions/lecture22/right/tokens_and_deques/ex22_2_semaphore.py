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
    """Who wants to download takes a token out of a queue, and puts it back."""

    def __init__(self, limit):
        self.tokens = asyncio.Queue()
        for token in range(limit):
            self.tokens.put_nowait(token)
        self.active, self.peak = 0, 0

    async def download(self, name, megabytes):
        token = await self.tokens.get()
        self.active += 1
        self.peak = max(self.peak, self.active)
        try:
            return await transfer(name, megabytes)
        finally:
            self.active -= 1
            self.tokens.put_nowait(token)

    async def downloadAll(self, files):
        downloads = [self.download(name, megabytes) for (name, megabytes) in files]
        results = await asyncio.gather(*downloads, return_exceptions=True)
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
