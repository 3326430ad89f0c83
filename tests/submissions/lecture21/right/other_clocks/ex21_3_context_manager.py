import asyncio
import datetime


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False
        self.openedAt = None
        self.openFor = datetime.timedelta(0)

    async def __aenter__(self):
        await asyncio.sleep(datetime.timedelta(milliseconds=10).total_seconds())
        self.isOpen = True
        self.openedAt = datetime.datetime.now()
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.sleep(datetime.timedelta(milliseconds=10).total_seconds())
        self.isOpen = False
        self.openFor += datetime.datetime.now() - self.openedAt
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, count):
        for i in range(count):
            await asyncio.sleep(datetime.timedelta(milliseconds=5).total_seconds())
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
