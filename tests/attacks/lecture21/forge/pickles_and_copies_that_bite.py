# exercise: 21.3
# tries: objects that end the process, or say they are something else, when they are copied, hashed, formatted or pickled
# expect: at most 30 points; crashed, failed
import asyncio
import os


def bite(*args, **kwargs):
    os._exit(0)


class Row:
    __reduce__ = __reduce_ex__ = __getstate__ = __copy__ = __deepcopy__ = bite
    __format__ = __hash__ = __eq__ = __lt__ = __len__ = __iter__ = __index__ = __dir__ = __sizeof__ = bite
    __instancecheck__ = __subclasshook__ = __getnewargs__ = __array__ = __fspath__ = bite


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
            yield Row()


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
