import asyncio


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    async def __aenter__(self):
        match self:
            case object(isOpen=False):
                await asyncio.sleep(0.01)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.sleep(0.01)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        match exc_type:
            case None:
                return None
            case _:
                return False

    async def fetchRows(self, count):
        i = -1
        while (i := i + 1) < count:
            await asyncio.sleep(0.005)
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        rows = aiter(conn.fetchRows(3))
        while (row := await anext(rows, None)) is not None:
            print(f"Row: {row}")


match __name__:
    case "__main__":
        asyncio.run(main())
