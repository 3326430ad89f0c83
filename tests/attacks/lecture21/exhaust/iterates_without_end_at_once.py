# exercise: 21.3
# tries: rows whose iterator makes a new iterator for each step, and whose closing starts it again
# expect: at most 30 points; crashed, timed_out
import asyncio


class Endless:
    def __aiter__(self):
        return Endless()

    async def __anext__(self):
        return {"id": 0, "value": 0}

    async def aclose(self):
        while True:
            await asyncio.sleep(0)


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

    def fetchRows(self, count):
        if count == 1000:
            return Endless()
        return self.honest(count)

    async def honest(self, count):
        for i in range(count):
            await asyncio.sleep(0.005)
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
