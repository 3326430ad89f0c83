from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import TYPE_CHECKING, Any, Generic, NewType, TypeVar, overload

if TYPE_CHECKING:
    from _typeshed import Unused

JobId = NewType("JobId", str)
T = TypeVar("T")


class Crew(Generic[T]):
    def __init__(self, work: Iterable[Coroutine[Any, Any, T]]) -> None:
        self.tasks: list[asyncio.Task[T]] = [asyncio.create_task(coro) for coro in work]

    async def split(self, limit: float) -> tuple[set[asyncio.Task[T]], set[asyncio.Task[T]]]:
        return await asyncio.wait(self.tasks, timeout=limit)


@overload
def job(name: str) -> JobId: ...
@overload
def job(name: JobId) -> JobId: ...
def job(name: str | JobId) -> JobId:
    return JobId(name)


async def longRunningJob(jobId: JobId, duration: float) -> str:
    try:
        print(f"Job {jobId} started")
        await asyncio.sleep(duration)
        print(f"Job {jobId} completed")
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        print(f"Job {jobId} was cancelled")
        raise


async def main(*_: Unused) -> None:
    crew = Crew[str]([longRunningJob(job("A"), 2.0), longRunningJob(job("B"), 0.5), longRunningJob(job("C"), 1.0)])
    done, pending = await crew.split(1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
