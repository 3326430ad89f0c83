# exercise: 21.3
# tries: isOpen says what the asker wants to hear, by counting the questions
# expect: at most 12 points; failed
import asyncio
import itertools


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.asked = itertools.count()

    @property
    def isOpen(self):
        return next(self.asked) % 2 == 1

    async def __aenter__(self):
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        return False

    async def fetchRows(self, count):
        for i in range(count):
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
