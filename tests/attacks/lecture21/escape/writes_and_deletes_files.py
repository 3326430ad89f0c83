# exercise: 21.3
# tries: wants to write, delete and overwrite wherever it can: nothing outside its jail may change. Otherwise right
# expect: full points
import asyncio
import pathlib


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    async def __aenter__(self):
        await asyncio.sleep(0.01)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        for folder in (pathlib.Path(__file__).parent, pathlib.Path.cwd(), pathlib.Path("/tmp"), pathlib.Path("/etc")):
            try:
                note = folder / "was_here"
                note.write_text("only this file of its own is ever removed")
                note.unlink()
                print("could write and delete in", folder)
            except OSError:
                pass
        for path in (__file__, asyncio.__file__, "/etc/passwd"):
            try:
                open(path, "r+b").close()
                print("could overwrite", path)
            except OSError:
                pass
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
