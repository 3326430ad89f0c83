# exercise: 21.3
# tries: exchanges itself in sys.modules for an object that has learnt what to say
# expect: at most 16 points; failed
import asyncio
import sys


class Answers:
    __file__ = "/submission/answers.py"
    __name__ = __name__

    class AsyncDatabaseConnection:
        isOpen = True

        def __init__(self, dbUrl):
            pass

    def __getattr__(self, name):
        return True


sys.modules[__name__] = Answers()
sys.modules["__main__"] = Answers()


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    async def __aenter__(self):
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        return True

    async def fetchRows(self, count):
        for i in range(count):
            await asyncio.sleep(0.005)
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


if __name__ == "__main__":
    asyncio.run(main())
