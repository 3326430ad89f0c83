# Übung 21.3 — Verbindung öffnen und schließen
import asyncio


class AsyncDatabaseConnection:
    """Eine Datenbankverbindung („async with“)."""

    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        self.isOpen = False

    async def __aenter__(self):
        await asyncio.sleep(0.01)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self

    async def __aexit__(self, typ, wert, spur):
        await asyncio.sleep(0.01)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
        return False

    async def fetchRows(self, anzahl):
        for i in range(anzahl):
            await asyncio.sleep(0.005)
            yield {"id": i, "value": i * 10}


async def main():
    async with AsyncDatabaseConnection("db://prod") as verbindung:
        async for zeile in verbindung.fetchRows(3):
            print(f"Row: {zeile}")


if __name__ == "__main__":
    asyncio.run(main())
