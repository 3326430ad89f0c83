"""Example 21.3, with types that a strict checker accepts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import ClassVar, Literal, Self, TypedDict, final


class Row(TypedDict):
    id: int
    value: int


@final
class AsyncDatabaseConnection:
    """A connection to a database."""

    latency: ClassVar[float] = 0.01
    dbUrl: str
    isOpen: bool

    def __init__(self, dbUrl: str) -> None:
        self.dbUrl = dbUrl
        self.isOpen = False

    async def __aenter__(self) -> Self:
        await asyncio.sleep(self.latency)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
        /,
    ) -> Literal[False]:
        await asyncio.sleep(self.latency)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, count: int) -> AsyncIterator[Row]:
        """Yield the first `count` rows."""
        for i in range(count):
            await asyncio.sleep(0.005)
            yield Row(id=i, value=i * 10)


async def main() -> None:
    """Print the first rows of the production database."""
    conn: AsyncDatabaseConnection
    async with AsyncDatabaseConnection("db://prod") as conn:
        row: Row
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
