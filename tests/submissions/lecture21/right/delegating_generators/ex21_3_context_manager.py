import asyncio
from contextlib import aclosing


async def slowly(items, seconds):
    for item in items:
        await asyncio.sleep(seconds)
        yield item


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    async def __aenter__(self):
        async for self.isOpen in slowly([True], 0.01):
            print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        async for self.isOpen in slowly([False], 0.01):
            print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, count):
        async with aclosing(slowly(range(count), 0.005)) as numbers:
            async for i in numbers:
                yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
