# exercise: 21.3
# tries: looking at an attribute of the connection costs all the time that there is
# expect: at most 29 points; timed_out
import asyncio


class Slow:
    def __get__(self, instance, owner=None):
        while True:
            pass

    def __set__(self, instance, value):
        pass


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.asked = 0
        self.open = False

    async def __aenter__(self):
        await asyncio.sleep(0.01)
        self.open = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.sleep(0.01)
        self.open = False
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, count):
        for i in range(count):
            await asyncio.sleep(0.005)
            yield {"id": i, "value": i * 10}

    @property
    def isOpen(self):
        self.asked += 1
        while self.asked > 2:
            pass
        return self.open


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
