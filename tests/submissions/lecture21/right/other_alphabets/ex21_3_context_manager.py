"""Άσκηση 21.3 – with full-width and styled letters that Python takes for plain ones: ｉｄ, 𝑥."""
import asyncio


class AsyncDatabaseConnection:
    def __init__(self, διεύθυνση):
        self.dbUrl = διεύθυνση
        self.ｉsOpen = False  # the same name as isOpen: identifiers are normalised

    async def __aenter__(self):
        await asyncio.sleep(0.01)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, *λάθος):
        await asyncio.sleep(0.01)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, πλήθος):
        for ν in range(πλήθος):
            await asyncio.sleep(0.005)
            yield {"id": ν, "value": ν * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as σύνδεση:
        async for γραμμή in σύνδεση.fetchRows(3):
            print(f"Row: {γραμμή}")


if __name__ == "__main__":
    asyncio.run(main())
