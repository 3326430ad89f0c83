# -*- coding: utf-8 -*-
"""Exercise 21.3"""
import asyncio


async def pause(seconds):
    """Sleep by waiting for a future that nobody ever completes."""
    never = asyncio.get_running_loop().create_future()
    await asyncio.wait([never], timeout=seconds)


class AsyncDatabaseConnection:
    """A pretend database."""

    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    async def __aenter__(self):
        await pause(0.01)
        self.isOpen = True
        print("Connected to {}".format(self.dbUrl))
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await pause(0.01)
        self.isOpen = False
        print("Disconnected from {}".format(self.dbUrl))
        return False

    async def fetchRows(self, count):
        """Give `count` rows, one after the other."""
        for i in range(0, count, 1):
            await pause(0.005)
            yield {"id": i, "value": i * 10}


async def main():
    """Print three rows."""
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print("Row: {}".format(row))


if __name__ == "__main__":
    asyncio.run(main())
