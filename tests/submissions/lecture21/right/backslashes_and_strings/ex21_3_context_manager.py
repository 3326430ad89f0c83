import asyncio


class AsyncDatabaseConnection:
    """\
    "A connection" - it's 'quoted' \\ and \"escaped\".
    """

    def __init__(self, dbUrl):
        self.dbUrl = \
            dbUrl
        self.isOpen = not \
            True

    async def __aenter__(self):
        await asyncio.sleep(1 / 100)
        self.isOpen = True
        print("Connected " "to " f"{self.dbUrl!s}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.sleep(10e-3)
        self.isOpen = False
        print('Disconnected ' 'from ' f'{self.dbUrl!s}')
        return False

    async def fetchRows(self, count):
        for i in range(count):
            await asyncio.sleep(5_000 / 1_000_000)
            yield {**{"id": i}, **{'value': 0x0a * i}}


async def main():
    async with \
            AsyncDatabaseConnection('d' 'b' ":" r'//' """prod""") as conn:
        async for row in \
                conn.fetchRows(0b11):
            print(f"Row: {row!r}")


if __name__ == "__main__": \
    asyncio.run(main())
