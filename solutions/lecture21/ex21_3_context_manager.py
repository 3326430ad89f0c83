"""Example 21.3: an async context manager and an async generator."""

import asyncio


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        # Blank 1 (1 point): a new connection is not open yet: set self.isOpen
        # Hint 1: isOpen is an attribute of the connection, like dbUrl in the line above.
        # Hint 2: A truth value: which of `True` and `False` says "not open"?
        ### BEGIN SOLUTION
        self.isOpen = False
        ### END SOLUTION

    async def __aenter__(self):
        # Blank 2 (3 points): the handshake: wait 0.01 seconds without blocking
        # Hint 1: `__aenter__` is a coroutine: it may wait, and others run meanwhile.
        # Hint 2: Await the pause that asyncio offers. The handshake comes first: as long as it lasts, the
        #     connection is not open.
        ### BEGIN SOLUTION
        await asyncio.sleep(0.01)
        ### END SOLUTION
        # Blank 3 (2 points): from now on the connection is open: set self.isOpen
        # Hint 1: The same attribute as in blank 1, with the other truth value.
        # Hint 2: It belongs behind the wait: a connection whose handshake fails was never open.
        ### BEGIN SOLUTION
        self.isOpen = True
        ### END SOLUTION
        # Blank 4 (2 points): say so, exactly: Connected to <dbUrl>
        # Hint 1: A print with an f-string. The address is an attribute of this connection.
        # Hint 2: Inside a method, an attribute is reached through `self`, also between the braces of an
        #     f-string.
        ### BEGIN SOLUTION
        print(f"Connected to {self.dbUrl}")
        ### END SOLUTION
        # Blank 5 (3 points): give the connection itself to the name behind "as"
        # Hint 1: In `async with X() as name`, the name stands for what `__aenter__` gives back, not for X().
        #     If nothing is given back, it is `None`.
        # Hint 2: Give back the object on which the method was called: its first parameter.
        ### BEGIN SOLUTION
        return self
        ### END SOLUTION

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        # Blank 6 (3 points): say goodbye to the database: wait 0.01 seconds without blocking
        # Hint 1: Closing takes time, too: a pause as in blank 2.
        # Hint 2: It happens at the end of every block, also when an exception leaves it: so it must not
        #     depend on exc_type.
        ### BEGIN SOLUTION
        await asyncio.sleep(0.01)
        ### END SOLUTION
        # Blank 7 (2 points): the connection is closed now: set self.isOpen
        # Hint 1: As in blank 1: the connection is as closed as it was at first.
        # Hint 2: Set the attribute of `self`; do it always, whatever the block has raised.
        ### BEGIN SOLUTION
        self.isOpen = False
        ### END SOLUTION
        # Blank 8 (2 points): say so, exactly: Disconnected from <dbUrl>
        # Hint 1: The counterpart of blank 4, with another first word.
        # Hint 2: Print it in every case: exc_type does not matter here.
        ### BEGIN SOLUTION
        print(f"Disconnected from {self.dbUrl}")
        ### END SOLUTION
        # Blank 9 (3 points): say by the result that an exception of the block is not suppressed
        # Hint 1: What `__aexit__` gives back decides what becomes of an exception of the block: if it is
        #     true, the exception is swallowed.
        # Hint 2: Give back the truth value that does not swallow. (Giving back nothing does the same, but
        #     says it less clearly.) Do not raise the exception yourself.
        ### BEGIN SOLUTION
        return False
        ### END SOLUTION

    async def fetchRows(self, count):
        for i in range(count):
            # Blank 10 (3 points): each row takes its time: wait 0.005 seconds without blocking
            # Hint 1: The wait stands inside the loop: one for each row, not one for all.
            # Hint 2: Await a pause of 0.005 seconds, before the row is handed out.
            ### BEGIN SOLUTION
            await asyncio.sleep(0.005)
            ### END SOLUTION
            # Blank 11 (4 points): hand out one row, a new dict: "id" is i, "value" is ten times i
            # Hint 1: `return` would end the loop with its first row. Another word hands out a value and lets
            #     the function go on afterwards.
            # Hint 2: `yield` in an `async def` makes an async generator. Behind it stands a dict in braces,
            #     with two keys: write it there, so that each row is a dict of its own.
            # Hint 3: The keys are texts; the value of the first is the loop's number, that of the second is
            #     computed from it.
            ### BEGIN SOLUTION
            yield {"id": i, "value": i * 10}
            ### END SOLUTION


async def main():
    # Blank 12 (3 points): a block in which a connection to "db://prod" is open, under the name conn
    # Hint 1: A plain `with` does not await. What the connection needs to be opened and closed, `async with`
    #     does.
    # Hint 2: The line is the head of a block: `async with`, a call of the class with the address, `as`, the
    #     name, and a colon.
    ### BEGIN SOLUTION
    async with AsyncDatabaseConnection("db://prod") as conn:
        ### END SOLUTION
        # Blank 13 (3 points): a loop in it that takes three rows from conn as they come, each under the name row
        # Hint 1: fetchRows is an async generator: nothing is there to be awaited as a whole, its rows come
        #     one at a time.
        # Hint 2: The line is the head of a block: `async for`, the name of a row, `in`, and the call of
        #     fetchRows on the connection.
        ### BEGIN SOLUTION
        async for row in conn.fetchRows(3):
            ### END SOLUTION
            # Blank 14 (1 point): print the row, exactly: Row: <row>
            # Hint 1: One print for each round of the loop.
            # Hint 2: The whole dict stands in the f-string, just its name between braces; Python writes it
            #     out.
            ### BEGIN SOLUTION
            print(f"Row: {row}")
            ### END SOLUTION


if __name__ == "__main__":
    asyncio.run(main())
