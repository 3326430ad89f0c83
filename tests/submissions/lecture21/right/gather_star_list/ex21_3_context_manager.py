# Homework 21.3
import asyncio


class AsyncDatabaseConnection:

    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    async def __aenter__(self):
        await asyncio.sleep(0.01)
        self.isOpen = True
        print("Connected to", self.dbUrl)
        return self

    async def __aexit__(self, *args):
        await asyncio.sleep(0.01)
        self.isOpen = False
        print("Disconnected from", self.dbUrl)
        return False

    async def fetchRows(self, count):
        for row in [{"id": i, "value": 10 * i} for i in range(count)]:
            await asyncio.sleep(0.005)
            yield row


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print("Row:", row)


if __name__ == "__main__":
    asyncio.run(main())
