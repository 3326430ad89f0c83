from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, field
from typing import ClassVar


@dataclass
class Row:
    id: int
    value: int = field(init=False)

    def __post_init__(self):
        self.value = self.id * 10


@dataclass
class AsyncDatabaseConnection:
    # compares by value, so two connections with the same url are equal but not the same
    dbUrl: str
    isOpen: bool = field(default=False, init=False)
    HANDSHAKE: ClassVar[float] = 0.01

    async def __aenter__(self):
        await asyncio.sleep(self.HANDSHAKE)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.sleep(self.HANDSHAKE)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, count):
        for i in range(count):
            await asyncio.sleep(0.005)
            yield asdict(Row(i))


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
