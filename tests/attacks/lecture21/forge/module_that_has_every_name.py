# exercise: 21.3
# tries: a module whose class answers for any name, and no connection at all
# expect: at most 0 points; failed, student_error
import asyncio
import sys
import types


class Everything(types.ModuleType):
    def __getattr__(self, name):
        return Everything("everything")

    __call__ = __aenter__ = __aexit__ = __await__ = __aiter__ = __anext__ = lambda self, *args, **kwargs: self
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0
    __bool__ = lambda self: True


sys.modules[__name__].__class__ = Everything


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
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


del AsyncDatabaseConnection
