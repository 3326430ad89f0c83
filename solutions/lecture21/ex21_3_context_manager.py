"""Example 21.3: an async context manager and an async generator."""

import asyncio


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        # Blank 1: a new connection is not open yet: set self.isOpen
        ### BEGIN SOLUTION
        self.isOpen = False
        ### END SOLUTION

    async def __aenter__(self):
        # Blank 2: the handshake: wait 0.01 seconds without blocking
        ### BEGIN SOLUTION
        await asyncio.sleep(0.01)
        ### END SOLUTION
        # Blank 3: from now on the connection is open: set self.isOpen
        ### BEGIN SOLUTION
        self.isOpen = True
        ### END SOLUTION
        # Blank 4: say so, exactly: Connected to <dbUrl>
        ### BEGIN SOLUTION
        print(f"Connected to {self.dbUrl}")
        ### END SOLUTION
        # Blank 5: give the connection itself to the name behind "as"
        ### BEGIN SOLUTION
        return self
        ### END SOLUTION

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        # Blank 6: say goodbye to the database: wait 0.01 seconds without blocking
        ### BEGIN SOLUTION
        await asyncio.sleep(0.01)
        ### END SOLUTION
        # Blank 7: the connection is closed now: set self.isOpen
        ### BEGIN SOLUTION
        self.isOpen = False
        ### END SOLUTION
        # Blank 8: say so, exactly: Disconnected from <dbUrl>
        ### BEGIN SOLUTION
        print(f"Disconnected from {self.dbUrl}")
        ### END SOLUTION
        # Blank 9: say by the result that an exception of the block is not suppressed
        ### BEGIN SOLUTION
        return False
        ### END SOLUTION

    async def fetchRows(self, count):
        for i in range(count):
            # Blank 10: each row takes its time: wait 0.005 seconds without blocking
            ### BEGIN SOLUTION
            await asyncio.sleep(0.005)
            ### END SOLUTION
            # Blank 11: hand out one row, a new dict: "id" is i, "value" is ten times i
            ### BEGIN SOLUTION
            yield {"id": i, "value": i * 10}
            ### END SOLUTION


async def main():
    # Blank 12: a block in which a connection to "db://prod" is open, under the name conn
    ### BEGIN SOLUTION
    async with AsyncDatabaseConnection("db://prod") as conn:
        ### END SOLUTION
        # Blank 13: a loop in it that takes three rows from conn as they come, each under the name row
        ### BEGIN SOLUTION
        async for row in conn.fetchRows(3):
            ### END SOLUTION
            # Blank 14: print the row, exactly: Row: <row>
            ### BEGIN SOLUTION
            print(f"Row: {row}")
            ### END SOLUTION


if __name__ == "__main__":
    asyncio.run(main())
