import asyncio


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

    async def _between(self, low, high):
        """Rows low to high - 1: the lower half, then the upper half."""
        if high - low == 1:
            await asyncio.sleep(0.005)
            yield {"id": low, "value": low * 10}
        elif high > low:
            middle = (low + high) // 2
            async for row in self._between(low, middle):
                yield row
            async for row in self._between(middle, high):
                yield row

    async def fetchRows(self, count):
        async for row in self._between(0, count):
            yield row


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
