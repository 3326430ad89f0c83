# loses: enter, aexit, main
"""Example 21.3 - a connection to open and close, and rows to stream."""
import asyncio
from typing import AsyncIterator


class AsyncDatabaseConnection:
    """A pretended database."""

    def __init__(self, dbUrl: str) -> None:
        self.dbUrl = dbUrl
        self.isOpen = False

    async def __aenter__(self) -> "AsyncDatabaseConnection":
        await asyncio.sleep(0)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc, tb) -> bool:
        await asyncio.sleep(0.01)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, count: int) -> AsyncIterator[dict]:
        for number in range(count):
            await asyncio.sleep(0.005)
            yield {"id": number, "value": number * 10}


async def main() -> None:
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
