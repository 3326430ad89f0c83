# exercise: 21.3
# tries: classes, functions, tasks, generators and exceptions whose names are escapes, markup and newlines
# expect: at most 2 points; failed, student_error
import asyncio


BITES = (
    "\x1b[2J\x1b[31m", "\x1b]0;owned\x07", "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\", "\x9b31m", "\u202egnp.exe", "\u2066\u2069", "\x00\x07\x08",
    "a\u0301" * 30, "\udc80\udfff", "\ufeff\u200b\u200d", "\r\nScore: 100", "\U000e0041", "\x7f",
)

NAMES = ["".join(BITES), "[bold red]x[/]", "<script>alert(1)</script>", "=1+1", "| a | b |", "\n\nPASSED"]


class Thing:
    pass


def dress(thing, number):
    name = NAMES[number % len(NAMES)].replace("\0", "").encode("utf-8", "replace").decode()
    try:
        thing.__name__ = thing.__qualname__ = name
    except (AttributeError, TypeError, ValueError):
        pass
    return thing


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = dress(type("X", (), {}), len(dbUrl))()

    async def __aenter__(self):
        await asyncio.sleep(0.01)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.sleep(0.01)
        print(f"Disconnected from {self.dbUrl}")
        coroutine = dress(asyncio.sleep(1), 0)
        del coroutine
        asyncio.create_task(asyncio.sleep(100), name=NAMES[0])
        raise dress(type("E", (Exception,), {}), len(self.dbUrl))(NAMES[1])

    async def fetchRows(self, count):
        for i in range(count):
            await asyncio.sleep(0.005)
            yield dress(type("Row", (), {}), i)()


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")


dress(AsyncDatabaseConnection, 0)
dress(AsyncDatabaseConnection.fetchRows, 0)
dress(main, 1)


if __name__ == "__main__":
    asyncio.run(main())
