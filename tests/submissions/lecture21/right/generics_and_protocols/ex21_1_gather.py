from __future__ import annotations

import asyncio
import time
import typing as t
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps

P = t.ParamSpec("P")
T = t.TypeVar("T")


class Clock(t.Protocol):
    def __call__(self) -> float: ...


def logged(
    start: str, end: str
) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Coroutine[t.Any, t.Any, T]]]:
    def decorate(function: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[t.Any, t.Any, T]]:
        @wraps(function)
        async def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
            print(f"{start} fetch {args[0] if args else kwargs['sourceId']}")
            result = await function(*args, **kwargs)
            print(f"{end} fetch {args[0] if args else kwargs['sourceId']}")
            return result

        return wrapper

    return decorate


@logged("Starting", "Completed")
async def fetchData(sourceId: str, delaySeconds: float) -> str:
    await asyncio.sleep(delaySeconds)
    return f"Data from source {sourceId}"


async def measured(work: Awaitable[T], clock: Clock = time.perf_counter) -> tuple[T, float]:
    begin = clock()
    return await work, clock() - begin


async def main() -> None:
    results, elapsed = await measured(
        asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    )
    for result in t.cast("list[str]", results):
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if t.TYPE_CHECKING:
    t.reveal_type(fetchData)

if __name__ == "__main__":
    asyncio.run(main())
