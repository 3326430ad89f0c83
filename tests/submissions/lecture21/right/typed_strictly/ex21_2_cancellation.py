"""Example 21.2, with types that a strict checker accepts."""

from __future__ import annotations

import asyncio
from typing import Any, Final

TIME_LIMIT: Final[float] = 1.2


async def longRunningJob(jobId: str, duration: float) -> str:
    """Work for `duration` seconds; say so when cancelled."""
    try:
        print(f"Job {jobId} started")
        await asyncio.sleep(duration)
        print(f"Job {jobId} completed")
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        print(f"Job {jobId} was cancelled")
        raise


async def main() -> None:
    """Run three jobs within the time limit."""
    task1: asyncio.Task[str] = asyncio.create_task(longRunningJob("A", 2.0))
    task2: asyncio.Task[str] = asyncio.create_task(longRunningJob("B", 0.5))
    task3: asyncio.Task[str] = asyncio.create_task(longRunningJob("C", 1.0))

    done: set[asyncio.Task[str]]
    pending: set[asyncio.Task[str]]
    done, pending = await asyncio.wait([task1, task2, task3], timeout=TIME_LIMIT)

    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    leftovers: list[Any] = await asyncio.gather(*pending, return_exceptions=True)
    assert len(leftovers) == len(pending)


if __name__ == "__main__":
    asyncio.run(main())
