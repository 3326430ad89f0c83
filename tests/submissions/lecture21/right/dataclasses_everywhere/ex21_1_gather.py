from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Source:
    name: str
    delay: float


@dataclass
class Report:
    started: float = field(default_factory=time.perf_counter)
    lines: list[str] = field(default_factory=list)

    @property
    def elapsed(self) -> float:
        return time.perf_counter() - self.started


async def fetchData(sourceId, delaySeconds):
    source = Source(sourceId, delaySeconds)
    print(f"Starting fetch {source.name}")
    await asyncio.sleep(source.delay)
    print(f"Completed fetch {source.name}")
    return f"Data from source {source.name}"


async def main():
    report = Report()
    plan = [Source("A", 1.0), Source("B", 0.5), Source("C", 0.8)]
    report.lines += await asyncio.gather(*[fetchData(s.name, s.delay) for s in plan])
    seconds = report.elapsed
    for line in report.lines:
        print(line)
    print(f"Total time: {seconds:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
