import asyncio
from contextlib import asynccontextmanager


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    @asynccontextmanager
    async def _session(self):
        await asyncio.sleep(0.01)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        try:
            yield self
        finally:
            await asyncio.sleep(0.01)
            self.isOpen = False
            print(f"Disconnected from {self.dbUrl}")

    async def __aenter__(self):
        self._current = self._session()
        return await self._current.__aenter__()

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        return await self._current.__aexit__(exc_type, exc_val, exc_tb)

    async def fetchRows(self, count):
        for i in range(count):
            await asyncio.sleep(0.005)
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
