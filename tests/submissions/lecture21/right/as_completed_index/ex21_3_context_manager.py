import asyncio


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl, self.isOpen = dbUrl, False

    async def __aenter__(self):
        for handshake in asyncio.as_completed([asyncio.sleep(0.01)]):
            await handshake
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        for goodbye in asyncio.as_completed([asyncio.sleep(0.01)]):
            await goodbye
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, count):
        for index, value in enumerate(range(0, count * 10, 10)):
            await asyncio.sleep(0.005)
            yield {"id": index, "value": value}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
