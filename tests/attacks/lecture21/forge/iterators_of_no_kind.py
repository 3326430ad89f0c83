# exercise: 21.3
# tries: rows whose iterator gives things that cannot be awaited, other iterators, and the wrong kind of end
# expect: at most 20 points; failed, student_error
import asyncio
import types


class Rows:
    def __init__(self, count):
        self.count = count
        self.given = 0

    def __aiter__(self):
        return self if self.count % 2 else iter([])

    def __anext__(self):
        self.given += 1
        if self.given > self.count:
            raise StopIteration("the end") if self.count % 3 else StopAsyncIteration
        return [None, 5, "row", lambda: None, {"id": 0}, self, types.SimpleNamespace(__await__=1)][self.given % 7]


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
        return Rows(count)


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
