import asyncio
from enum import Flag, auto

DEFAULT_URL = "db://prod"
CONNECT_SECONDS = DISCONNECT_SECONDS = 1e-2
ROW_SECONDS = 5e-3
ROWS = 3


class State(Flag):
    CLOSED = 0
    OPEN = auto()


class AsyncDatabaseConnection:
    state = State.CLOSED

    def __init__(self, dbUrl=DEFAULT_URL):
        self.dbUrl = dbUrl

    @property
    def isOpen(self):
        return bool(self.state & State.OPEN)

    async def __aenter__(self):
        await asyncio.sleep(CONNECT_SECONDS)
        self.state |= State.OPEN
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.sleep(DISCONNECT_SECONDS)
        self.state &= ~State.OPEN
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, count=ROWS):
        for i in range(count):
            await asyncio.sleep(ROW_SECONDS)
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection(DEFAULT_URL) as conn:
        async for row in conn.fetchRows(ROWS):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
