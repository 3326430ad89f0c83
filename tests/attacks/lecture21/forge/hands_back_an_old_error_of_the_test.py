# exercise: 21.3
# tries: keeps an OSError that the test had raised and raises it later, so that the grader may take it for its own
# expect: at most 31 points; student_error
# says: raise KEPT[0]
import asyncio


KEPT = []


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
        if isinstance(exc_val, (OSError, MemoryError, NameError)):
            KEPT.append(exc_val)
        return False

    async def fetchRows(self, count):
        if KEPT:
            raise KEPT[0].with_traceback(None)
        for i in range(count):
            await asyncio.sleep(0.005)
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
