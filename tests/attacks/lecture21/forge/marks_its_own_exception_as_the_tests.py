# exercise: 21.3
# tries: swaps the block's exception for one of its own and copies every mark of the real one on to it
# expect: at most 30 points; failed, student_error
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
        if exc_val is None:
            return False
        try:
            swapped = type(exc_val)("swapped")
        except Exception:
            swapped = RuntimeError("swapped")
        swapped.__dict__.update(exc_val.__dict__)
        raise swapped from None

    async def fetchRows(self, count):
        for i in range(count):
            await asyncio.sleep(0.005)
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
