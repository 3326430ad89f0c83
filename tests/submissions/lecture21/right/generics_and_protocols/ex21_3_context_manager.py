from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Generic, Protocol, TypedDict, TypeVar, runtime_checkable


class Row(TypedDict):
    id: int
    value: int


R = TypeVar("R", covariant=True)


@runtime_checkable
class Rows(Protocol[R]):
    isOpen: bool

    def fetchRows(self, count: int) -> AsyncGenerator[R, None]: ...


S = TypeVar("S", bound=Row)


class Table(Generic[S]):
    def __class_getitem__(cls, item):
        return super().__class_getitem__(item)

    async def fetchRows(self, count: int) -> AsyncGenerator[Row, None]:
        i: int
        for i in range(count):
            await asyncio.sleep(0.005)
            row: Row = {"id": i, "value": i * 10}
            yield row


class AsyncDatabaseConnection(Table[Row]):
    dbUrl: str
    isOpen: bool = False

    def __init__(self, dbUrl: str) -> None:
        self.dbUrl = dbUrl

    async def __aenter__(self) -> AsyncDatabaseConnection:
        await asyncio.sleep(0.01)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await asyncio.sleep(0.01)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")


async def main() -> None:
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
