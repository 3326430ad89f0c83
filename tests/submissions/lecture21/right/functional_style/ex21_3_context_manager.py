import asyncio

nap = lambda seconds: asyncio.sleep(seconds)
row = lambda i: {"id": i, "value": i * 10}


class AsyncDatabaseConnection:
    __init__ = lambda self, dbUrl: self.__dict__.update(dbUrl=dbUrl, isOpen=False)

    async def _turn(self, isOpen, text):
        await nap(0.01)
        self.isOpen = isOpen
        print(text, self.dbUrl)
        return isOpen and self

    __aenter__ = lambda self: self._turn(True, "Connected to")
    __aexit__ = lambda self, *exc: self._turn(False, "Disconnected from")

    async def fetchRows(self, count):
        for r in map(row, range(count)):
            await nap(0.005)
            yield r


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for r in conn.fetchRows(3):
            (lambda x: print(f"Row: {x}"))(r)


__name__ == "__main__" and asyncio.run(main())
