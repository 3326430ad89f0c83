"""A pool of downloads."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import NamedTuple


class File(NamedTuple):
    """What is to be downloaded."""

    name: str
    megabytes: float


async def transfer(name: str, megabytes: float) -> str:
    """Transfer one file."""
    print(f"Start {name}")
    await asyncio.sleep(megabytes * 0.1)
    if not megabytes:
        raise ValueError(f"{name} is empty")
    print(f"End {name}")
    return f"Saved {name}"


@dataclass
class DownloadPool:
    """Lets only ``limit`` downloads run at the same time."""

    limit: int
    active: int = 0
    peak: int = 0
    slots: asyncio.Semaphore = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.slots = asyncio.Semaphore(self.limit)

    async def download(self, name: str, megabytes: float) -> str:
        """Download one file as soon as there is a slot."""
        async with self.slots:
            self.active += 1
            self.peak = max(self.peak, self.active)
            try:
                return await transfer(name, megabytes)
            finally:
                self.active -= 1

    async def downloadAll(self, files: list[tuple[str, float]]) -> list[str | BaseException]:
        """Download many files; errors stand in the place of results."""
        jobs = (self.download(*File(*file)) for file in files)
        return await asyncio.gather(*jobs, return_exceptions=True)


async def main() -> None:
    """Tell the story."""
    startTime: float = time.perf_counter()
    pool = DownloadPool(limit=2)
    files = [File("a.zip", 4), File("b.zip", 2), File("c.zip", 0), File("d.zip", 3), File("e.zip", 3)]
    print(*await pool.downloadAll(files), sep="\n")
    elapsed = time.perf_counter() - startTime
    print(f"At most {pool.peak} at once, {elapsed:.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
