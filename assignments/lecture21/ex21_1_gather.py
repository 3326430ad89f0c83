"""Example 21.1: basic coroutines and asyncio.gather."""

# There are 9 blanks to fill, worth 30 points. Put your own code, one line or several, in place of each line
# that says blank(...); the comment above it says what goes there.
# Run this file when you like: it goes as far as it can, then names the first blank that is still open.

import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    # Blank 1 (2 points): say that the fetch starts, exactly: Starting fetch <sourceId>
    blank(1)
    # Blank 2 (5 points): the suspension point: wait delaySeconds without blocking the event loop
    blank(2)
    # Blank 3 (3 points): result = what was fetched, the text: Data from source <sourceId>
    blank(3)
    # Blank 4 (2 points): say that the fetch is done, exactly: Completed fetch <sourceId>
    blank(4)
    # Blank 5 (4 points): give the result to the caller
    blank(5)


async def main():
    startTime = time.perf_counter()
    # Blank 6 (7 points): results = what three fetches give that run at the same time: "A" 1.0 s, "B" 0.5 s, "C" 0.8 s
    blank(6)
    # Blank 7 (2 points): elapsed = the seconds that have passed since startTime
    blank(7)
    # Blank 8 (3 points): print each result on a line of its own, in the order of the calls: A, B, C
    blank(8)
    # Blank 9 (2 points): print elapsed with two decimals, exactly: Total time: <elapsed>s (vs ~2.3s sequential)
    blank(9)


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
