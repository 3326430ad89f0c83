import asyncio
import time


class AsyncDatabaseConnection:
    """Wraps a blocking driver, whose calls run in a thread."""

    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    async def _inThread(self, function, *args):
        return await asyncio.get_running_loop().run_in_executor(None, function, *args)

    async def __aenter__(self):
        await self._inThread(time.sleep, 0.01)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await self._inThread(time.sleep, 0.01)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        return False

    def _readRow(self, i):
        time.sleep(0.005)
        return {"id": i, "value": i * 10}

    async def fetchRows(self, count):
        for i in range(count):
            yield await self._inThread(self._readRow, i)


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
