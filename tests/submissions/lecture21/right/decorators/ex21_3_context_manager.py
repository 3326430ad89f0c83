import asyncio
import functools


def after(seconds):
    """The decorated coroutine function starts that much later."""

    def decorate(function):
        @functools.wraps(function)
        async def wrapper(self, *args):
            await asyncio.sleep(seconds)
            return await function(self, *args)

        return wrapper

    return decorate


def withLatency(seconds):
    """Each item of the decorated async generator takes that long."""

    def decorate(function):
        @functools.wraps(function)
        async def wrapper(*args):
            for item in function(*args):
                await asyncio.sleep(seconds)
                yield item

        return wrapper

    return decorate


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    @after(0.01)
    async def __aenter__(self):
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    @after(0.01)
    async def __aexit__(self, exc_type, exc_val, exc_tb):
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        return False

    @withLatency(0.005)
    def fetchRows(self, count):
        for i in range(count):
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
