import asyncio

DEBUG = False


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        assert dbUrl is not None, "no url"
        self.dbUrl = dbUrl
        self.isOpen = False

    def __repr__(self):
        return f"<{type(self).__name__} {self.dbUrl} {'open' if self.isOpen else 'closed'}>"

    async def __aenter__(self):
        assert not self.isOpen
        await asyncio.sleep(0.01)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        assert self.isOpen
        await asyncio.sleep(0.01)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, count):
        assert self.isOpen, "open it first"
        for i in range(count):
            await asyncio.sleep(0.005)
            yield {"id": i, "value": i * 10}


async def selfTest():
    async with AsyncDatabaseConnection("db://test") as conn:
        rows = [row async for row in conn.fetchRows(2)]
    assert rows == [{"id": 0, "value": 0}, {"id": 1, "value": 10}]
    assert not conn.isOpen


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    if DEBUG:
        asyncio.run(selfTest())
    asyncio.run(main())
