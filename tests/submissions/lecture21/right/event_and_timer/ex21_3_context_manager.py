import asyncio


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self._opened = asyncio.Event()

    @property
    def isOpen(self):
        return self._opened.is_set()

    async def __aenter__(self):
        asyncio.get_running_loop().call_later(0.01, self._opened.set)
        await self._opened.wait()
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.sleep(0.01)
        self._opened.clear()
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, count):
        ready = asyncio.Condition()
        for i in range(count):
            async with ready:
                try:
                    await asyncio.wait_for(ready.wait(), 0.005)
                except TimeoutError:
                    pass
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
