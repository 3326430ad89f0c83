"""Example 21.3: an async context manager and an async generator."""

# There are 14 blanks to fill, worth 35 points. Put your own code, one line or several, in place of each line
# that says blank(...); the comment above it says what goes there.
# Run this file when you like: it goes as far as it can, then names the first blank that is still open.

import asyncio


class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl = dbUrl
        # Blank 1 (1 point): a new connection is not open yet: set self.isOpen
        blank(1)

    async def __aenter__(self):
        # Blank 2 (3 points): the handshake: wait 0.01 seconds without blocking
        blank(2)
        # Blank 3 (2 points): from now on the connection is open: set self.isOpen
        blank(3)
        # Blank 4 (2 points): say so, exactly: Connected to <dbUrl>
        blank(4)
        # Blank 5 (3 points): give the connection itself to the name behind "as"
        blank(5)

    async def __aexit__(self, exc_type, exc_val, exc_tb):
        # Blank 6 (3 points): say goodbye to the database: wait 0.01 seconds without blocking
        blank(6)
        # Blank 7 (2 points): the connection is closed now: set self.isOpen
        blank(7)
        # Blank 8 (2 points): say so, exactly: Disconnected from <dbUrl>
        blank(8)
        # Blank 9 (3 points): say by the result that an exception of the block is not suppressed
        blank(9)

    async def fetchRows(self, count):
        for i in range(count):
            # Blank 10 (3 points): each row takes its time: wait 0.005 seconds without blocking
            blank(10)
            # Blank 11 (4 points): hand out one row, a new dict: "id" is i, "value" is ten times i
            yield blank(11)


async def main():
    # Blank 12 (3 points): a block in which a connection to "db://prod" is open, under the name conn
    if blank(12):
        # Blank 13 (3 points): a loop in it that takes three rows from conn as they come, each under the name row
        if blank(13):
            # Blank 14 (1 point): print the row, exactly: Row: <row>
            blank(14)


# Nothing to fill in from here on. Once no blank is open, the function blank may go or stay.
def blank(number):
    """End the program and name the first blank that is still open."""
    import linecache, logging, re

    source = "".join(linecache.getlines(blank.__code__.co_filename))
    still_open = re.findall(r"# Blank (\d+)[^:\n]*: (.*)\n[^#\n]*\bblank\(\1\)", source)
    number, text = (still_open or [(number, "look for its comment")])[0]
    logging.disable()  # asyncio would tell at length which tasks end with the program
    raise SystemExit(f"Blank {number} is still open: {text}")


if __name__ == "__main__":
    asyncio.run(main())
