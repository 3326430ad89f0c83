import asyncio


class AsyncDatabaseConnection:
    def __init__(self, url, *, latency=0.01, rowLatency=0.005, **options):
        self.dbUrl = url
        self.latency = latency
        self.rowLatency = rowLatency
        self.options = options
        self.isOpen = False

    async def __aenter__(self, *ignored):
        await asyncio.sleep(self.latency)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type=None, exc_val=None, exc_tb=None):
        await asyncio.sleep(self.latency)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, count, start=0, step=1):
        for i in range(start, start + count * step, step):
            await asyncio.sleep(self.rowLatency)
            yield {"id": i, "value": i * 10}


async def main(url="db://prod", rows=3):
    async with AsyncDatabaseConnection(url) as conn:
        async for row in conn.fetchRows(rows):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
