import asyncio


class AsyncDatabaseConnection(object):
    def __init__(self, url):
        self.dbUrl = url
        self.isOpen = False

    async def __aenter__(self):
        await asyncio.ensure_future(asyncio.sleep(0.01))
        self.isOpen = True
        print("Connected to " + self.dbUrl)
        return self

    async def __aexit__(self, a, b, c):
        await asyncio.ensure_future(asyncio.sleep(0.01))
        self.isOpen = False
        print("Disconnected from " + self.dbUrl)
        return False

    async def fetchRows(self, n):
        i = 0
        while True:
            if i == n:
                return
            await asyncio.ensure_future(asyncio.sleep(0.005))
            row = dict()
            row["id"] = i
            row["value"] = i * 10
            yield row
            i = i + 1


async def main():
    async with AsyncDatabaseConnection("db://prod") as c:
        async for r in c.fetchRows(3):
            print("Row: " + str(r))


if __name__ == "__main__":
    asyncio.run(main())
