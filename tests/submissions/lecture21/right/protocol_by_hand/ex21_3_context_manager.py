"""async with and async for, written out as the language reference explains them."""
import asyncio
import sys


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    async def __aenter__(self):
        await asyncio.sleep(0.01)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.sleep(0.01)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, count):
        for i in range(count):
            await asyncio.sleep(0.005)
            yield {"id": i, "value": i * 10}


async def main():
    manager = AsyncDatabaseConnection("db://prod")
    conn = await manager.__aenter__()
    try:
        rows = conn.fetchRows(3).__aiter__()
        while True:
            try:
                row = await rows.__anext__()
            except StopAsyncIteration:
                break
            print(f"Row: {row}")
    finally:
        await manager.__aexit__(*sys.exc_info())


if __name__ == "__main__":
    asyncio.run(main())
