import asyncio


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    async def _reply(self, latency):
        """Wait for the database's answer, which the loop delivers."""
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        timer = loop.call_later(latency, lambda: answer.done() or answer.set_result("ok"))
        try:
            return await answer
        finally:
            timer.cancel()

    async def __aenter__(self):
        self.isOpen = await self._reply(0.01) == "ok"
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        self.isOpen = await self._reply(0.01) != "ok"
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, count):
        for i in range(count):
            await self._reply(0.005)
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
