"""Example 22.2: a semaphore, which lets only so many through at the same time."""

# There are 11 blanks to fill, worth 30 points. Put your own code, one line or several, in place of each line
# that says blank(...); the comment above it says what goes there. Where blank(...) stands inside a line, only
# its own place is yours to fill.
# Run this file when you like: it goes as far as it can, then names the first blank that is still open.

import asyncio
import time


async def transfer(name, megabytes):
    # Blank 1 (2 points): say that the transfer begins, exactly: Start <name>
    blank(1)
    # Blank 2 (3 points): the suspension point: wait a tenth of a second for each megabyte, without blocking
    blank(2)
    # Blank 3 (2 points): if there are no megabytes, raise a ValueError with the text: <name> is empty
    blank(3)
    print(f"End {name}")
    # Blank 4 (2 points): give the caller the text: Saved <name>
    blank(4)


class DownloadPool:
    def __init__(self, limit):
        self.active = 0
        self.peak = 0
        # Blank 5 (4 points): a semaphore with limit slots
        self.slots = blank(5)

    async def download(self, name, megabytes):
        # Blank 6 (4 points): a block that begins when a slot is free, and gives the slot back when it is left
        if blank(6):
            # Blank 7 (3 points): one more is active, and peak is the most that ever were
            blank(7)
            try:
                # Blank 8 (2 points): give the caller what transfer returns for this file
                return blank(8)
            finally:
                # Blank 9 (3 points): one less is active, however the download has ended
                blank(9)

    async def downloadAll(self, files):
        # Blank 10 (3 points): results = what all downloads give, in the order of the files, errors included
        blank(10)
        return results


async def main():
    startTime = time.perf_counter()
    pool = DownloadPool(2)
    results = await pool.downloadAll([("a.zip", 4), ("b.zip", 2), ("c.zip", 0), ("d.zip", 3), ("e.zip", 3)])
    # Blank 11 (2 points): print each result on a line of its own; an error is printed as its text
    blank(11)
    elapsed = time.perf_counter() - startTime
    print(f"At most {pool.peak} at once, {elapsed:.2f} seconds")


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
