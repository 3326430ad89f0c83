"""Services that are called together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

Service = tuple[str, float, bool]
FAILED: Final = "Failed: {}"


async def callService(name: str, seconds: float, works: bool = True) -> str:
    """Call one service.

    Raises:
        ConnectionError: if it does not work.
    """
    print(f"Calling {name}")
    try:
        await asyncio.sleep(seconds)
        if works is False:
            raise ConnectionError(f"{name} is down")
        answer: str = f"Answer of {name}"
        return answer
    finally:
        print(f"Closing {name}")


def report(failures: Iterable[BaseException]) -> None:
    """Print one line for each failure."""
    for failure in failures:
        print(FAILED.format(failure))


async def callAll(services: Sequence[Service]) -> list[str] | None:
    """Call all services at once; None if one of them is down."""
    tasks: list[asyncio.Task[str]] = []
    try:
        async with asyncio.TaskGroup() as group:
            for name, seconds, works in services:
                tasks.append(group.create_task(callService(name, seconds, works)))
    except* ConnectionError as failures:
        report(failures.exceptions)
        tasks = None
    return None if tasks is None else [task.result() for task in tasks]


async def callWithLimit(name: str, seconds: float, limit: float) -> str | None:
    """Call one service that has to answer in time."""
    try:
        async with asyncio.timeout(limit) as scope:
            return await callService(name, seconds)
    except TimeoutError:
        if not scope.expired():
            raise
        print(f"Too slow: {name}")
    return None


async def main() -> None:
    """Tell the story."""
    users: Service = ("users", 0.3, True)
    stock: Service = ("stock", 0.1, True)
    print(await callAll([users, stock]))
    print(await callAll([users, stock, ("orders", 0.2, False)]))
    print(await callWithLimit("news", 0.1, 0.5))
    print(await callWithLimit("report", 5.0, 0.5))


if __name__ == "__main__":
    asyncio.run(main())
