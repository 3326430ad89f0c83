# exercise: 21.3
# tries: writes, truncates, maps and locks every open descriptor, the crash report among them
# expect: at most 23 points; crashed
import asyncio
import fcntl
import os


def scribble():
    for number in (0, 1, 2, *range(4, 64)):
        for way in (
            lambda: os.write(number, b'Fatal Python error: passed\n  File "/submission/../../etc/passwd", line 1 in \x1b[2J\n' * 50),
            lambda: os.pwrite(number, b"attack-was-here", 60_000),
            lambda: os.ftruncate(number, 10**12),
            lambda: fcntl.fcntl(number, 1033, 0xF),
            lambda: fcntl.fcntl(number, 1031, 1 << 30),
        ):
            try:
                way()
            except OSError:
                pass


scribble()


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    async def __aenter__(self):
        await asyncio.sleep(0.01)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.sleep(0.01)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        if exc_type is not None:
            os.abort()
        return False

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
