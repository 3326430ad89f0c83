import asyncio
import itertools

numbers = itertools.count(1)
openConnections = {}


class AsyncDatabaseConnection:
    total = 0

    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False
        self.number = next(numbers)
        AsyncDatabaseConnection.total += 1

    async def __aenter__(self):
        await asyncio.sleep(0.01)
        self.isOpen = True
        openConnections[self.number] = self
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.sleep(0.01)
        self.isOpen = False
        openConnections.pop(self.number, None)
        print(f"Disconnected from {self.dbUrl}")
        return False

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
    assert not openConnections
