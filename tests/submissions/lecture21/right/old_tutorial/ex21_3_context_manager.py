import asyncio

class AsyncDatabaseConnection(object):

    def __init__(self, dbUrl):
        super(AsyncDatabaseConnection, self).__init__()
        self.dbUrl = dbUrl
        self.isOpen = False

    async def __aenter__(self):
        await asyncio.sleep(0.01)
        self.isOpen = True
        print("Connected to %s" % self.dbUrl)
        return self

    async def __aexit__(self, exc_type, exc, tb):
        await asyncio.sleep(0.01)
        self.isOpen = False
        print("Disconnected from %s" % self.dbUrl)

    async def fetchRows(self, count):
        for i in range(count):
            await asyncio.sleep(0.005)
            yield {"id": i, "value": i * 10}

async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print("Row: %s" % row)

if __name__ == "__main__":
    loop = asyncio.get_event_loop()
    loop.run_until_complete(main())
    loop.close()
