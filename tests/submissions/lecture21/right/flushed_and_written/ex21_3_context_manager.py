import asyncio
from sys import stderr, stdout


def say(*words):
    print(*words, file=stdout, flush=True)


def debug(*words):
    print("[debug]", *words, file=stderr)


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False
        debug("made", dbUrl)

    async def __aenter__(self):
        debug("connecting ...")
        await asyncio.sleep(0.01)
        self.isOpen = True
        say("Connected to", self.dbUrl)
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        debug("disconnecting ...", exc_type)
        await asyncio.sleep(0.01)
        self.isOpen = False
        say("Disconnected from", self.dbUrl)
        return False

    async def fetchRows(self, count):
        for i in range(count):
            debug("row", i)
            await asyncio.sleep(0.005)
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            stdout.write("Row: ")
            stdout.write(str(row))
            stdout.write("\n")
            stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
