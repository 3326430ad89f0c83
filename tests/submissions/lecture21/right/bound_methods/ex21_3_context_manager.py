import asyncio


class Connection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    async def connect(self):
        await asyncio.sleep(0.01)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def disconnect(self, *exc_info):
        await asyncio.sleep(0.01)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def rows(self, count):
        for i in range(count):
            await asyncio.sleep(0.005)
            yield {"id": i, "value": i * 10}

    __aenter__ = connect
    __aexit__ = disconnect
    fetchRows = rows


AsyncDatabaseConnection = Connection


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
