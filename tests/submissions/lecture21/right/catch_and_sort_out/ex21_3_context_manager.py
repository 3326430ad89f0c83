import asyncio


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    async def __aenter__(self):
        try:
            await asyncio.sleep(0.01)
        except BaseException:
            self.isOpen = False
            raise
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.sleep(0.01)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        if exc_type is None:
            return
        if issubclass(exc_type, asyncio.CancelledError):
            return None
        return not True

    async def fetchRows(self, count):
        i = 0
        while True:
            try:
                if i >= count:
                    break
                await asyncio.sleep(0.005)
            except asyncio.CancelledError:
                raise
            else:
                yield {"id": i, "value": i * 10}
            finally:
                i += 1


async def main():
    try:
        async with AsyncDatabaseConnection("db://prod") as conn:
            async for row in conn.fetchRows(3):
                print(f"Row: {row}")
    except ConnectionError:
        raise
    except:
        raise


if __name__ == "__main__":
    asyncio.run(main())
