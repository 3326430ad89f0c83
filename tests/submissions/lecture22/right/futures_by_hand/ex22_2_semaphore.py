import asyncio
import time
from collections import deque


async def transfer(name, megabytes):
    print(f"Start {name}")
    await asyncio.sleep(megabytes / 10)
    if megabytes == 0:
        raise ValueError(f"{name} is empty")
    print(f"End {name}")
    return f"Saved {name}"


class DownloadPool:
    """A semaphore made by hand: who waits has a future in a line."""

    def __init__(self, limit):
        self.free = limit
        self.line = deque()
        self.active = 0
        self.peak = 0

    async def take(self):
        if self.free > 0 and not self.line:
            self.free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self.line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give()
            else:
                self.line.remove(turn)
            raise

    def give(self):
        if self.line:
            self.line.popleft().set_result(None)
        else:
            self.free += 1

    async def download(self, name, megabytes):
        await self.take()
        self.active += 1
        self.peak = max(self.peak, self.active)
        try:
            return await transfer(name, megabytes)
        finally:
            self.active -= 1
            self.give()

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
