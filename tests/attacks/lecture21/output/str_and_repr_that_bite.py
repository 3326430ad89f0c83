# exercise: 21.3
# tries: objects whose str, repr, bool, hash and attributes raise or return 50 MB: messages stay short and honest
# expect: at most 30 points; failed
import asyncio


class Thorn:
    def __repr__(self):
        return "x" * 50_000_000

    def __str__(self):
        raise SystemExit

    def __bool__(self):
        raise KeyboardInterrupt

    def __eq__(self, other):
        raise MemoryError

    def __getattr__(self, name):
        while name != "fetchRows":
            pass

    __class__ = property(lambda self: dict)
    __hash__ = None


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

    async def fetchRows(self, count):
        for i in range(count):
            await asyncio.sleep(0.005)
            yield Thorn()


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
