import asyncio


class IConnection(object):
    def getIsOpen(self): raise NotImplementedError()
    def setIsOpen(self, value): raise NotImplementedError()


class AsyncDatabaseConnection(IConnection):
    def __init__(self, dbUrl):
        self.__dbUrl = dbUrl
        self.__isOpen = False

    def getDbUrl(self):
        return self.__dbUrl

    def getIsOpen(self):
        return self.__isOpen

    def setIsOpen(self, value):
        self.__isOpen = value

    dbUrl = property(getDbUrl)
    isOpen = property(getIsOpen, setIsOpen)

    async def __aenter__(self):
        await asyncio.sleep(0.01)
        self.setIsOpen(True)
        print("Connected to " + str(self.getDbUrl()))
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.sleep(0.01)
        self.setIsOpen(False)
        print("Disconnected from " + str(self.getDbUrl()))
        return False

    async def fetchRows(self, count):
        for i in range(0, count, 1):
            await asyncio.sleep(0.005)
            row = {}
            row.update({"id": i})
            row.update({"value": (i * 10)})
            yield row


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print("Row: " + str(row))


if (__name__ == "__main__"):
    asyncio.run(main())
