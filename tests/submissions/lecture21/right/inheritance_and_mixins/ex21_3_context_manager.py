import asyncio
import contextlib


class Openable(contextlib.AbstractAsyncContextManager):
    """Anything that is opened and closed. The subclasses say how."""

    isOpen = False

    async def open(self):
        raise NotImplementedError

    async def close(self):
        raise NotImplementedError

    async def __aenter__(self):
        await self.open()
        return await super().__aenter__()

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await self.close()
        return False


class StreamingMixin:
    async def fetchRows(self, count):
        for i in range(count):
            await asyncio.sleep(0.005)
            yield self.makeRow(i)


class AsyncDatabaseConnection(StreamingMixin, Openable):
    def __init__(self, dbUrl):
        super().__init__()
        self.dbUrl = dbUrl

    @staticmethod
    def makeRow(i):
        return {"id": i, "value": i * 10}

    async def open(self):
        await asyncio.sleep(0.01)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")

    async def close(self):
        await asyncio.sleep(0.01)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
