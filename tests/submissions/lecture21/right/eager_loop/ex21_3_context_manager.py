import asyncio


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    async def __aenter__(self):
        await asyncio.create_task(asyncio.sleep(0.01), name=f"connect {self.dbUrl}")
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.create_task(asyncio.sleep(0.01), name=f"disconnect {self.dbUrl}")
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, count):
        for i in range(count):
            await asyncio.create_task(asyncio.sleep(0.005), name=f"row {i}")
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


def newLoop():
    loop = asyncio.new_event_loop()
    loop.set_task_factory(getattr(asyncio, "eager_task_factory", None))  # since Python 3.12
    return loop


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=newLoop) as runner:
        runner.run(main())
