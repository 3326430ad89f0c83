"""Example 21.1, with types that a strict checker accepts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias

Seconds: TypeAlias = float


class Source(NamedTuple):
    identifier: str
    delay: Seconds


SOURCES: Final[tuple[Source, ...]] = (Source("A", 1.0), Source("B", 0.5), Source("C", 0.8))


async def fetchData(sourceId: str, delaySeconds: Seconds) -> str:
    """Return the data of one source.

    :param sourceId: which source
    :param delaySeconds: how long it takes
    """
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    result: str = f"Data from source {sourceId}"
    print(f"Completed fetch {sourceId}")
    return result


def show(lines: Iterable[str]) -> None:
    """Print each of the lines."""
    for line in lines:
        print(line)


async def main() -> None:
    """Fetch from all sources and report."""
    startTime: Final[Seconds] = time.perf_counter()
    results: Sequence[str] = await asyncio.gather(
        *(fetchData(source.identifier, source.delay) for source in SOURCES)
    )
    elapsed: Final[Seconds] = time.perf_counter() - startTime
    show(results)
    sequential: Final[Seconds] = sum(source.delay for source in SOURCES)
    print(f"Total time: {elapsed:.2f}s (vs ~{sequential:.1f}s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
