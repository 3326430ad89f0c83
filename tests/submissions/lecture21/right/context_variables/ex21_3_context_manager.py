import asyncio
import contextvars

connection = contextvars.ContextVar("connection", default=None)


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False
        self.outer = []

    async def __aenter__(self):
        await asyncio.sleep(0.01)
        self.isOpen = True
        self.outer.append(connection.get())
        connection.set(self)
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.sleep(0.01)
        self.isOpen = False
        connection.set(self.outer.pop())
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, count):
        for i in range(count):
            await asyncio.sleep(0.005)
            yield {"id": i, "value": i * 10}


async def show(count):
    async for row in connection.get().fetchRows(count):
        print(f"Row: {row}")


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        connection.set(conn)
        await show(3)


if __name__ == "__main__":
    asyncio.run(main())
