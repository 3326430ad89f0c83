# exercise: 21.3
# tries: asks for the existence, size and times of what it may not read (which Landlock alone does not hide)
# expect: at most 35 points; failed, student_error
import asyncio
import os


PLACES = ("/etc/shadow", "/etc/passwd", "/root", "/root/.ssh", "/home", "/var/log", "/work", "/autograder/tests", "/proc/1", "/tmp")


def look():
    found = []
    for place in PLACES:
        try:
            status = os.stat(place)
            if place != "/tmp":
                found.append((place, status.st_size))
        except OSError:
            pass
    return found


FOUND = look()


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    async def __aenter__(self):
        if FOUND:
            raise LookupError(f"found: {FOUND}")
        await asyncio.sleep(0.01)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        await asyncio.sleep(0.01)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
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
