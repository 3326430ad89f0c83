"""Example 22.1: a task group, in which one failure stops the others, and a time limit."""

# There are 12 blanks to fill, worth 35 points. Put your own code, one line or several, in place of each line
# that says blank(...); the comment above it says what goes there. Where blank(...) stands inside a line, only
# its own place is yours to fill.
# Run this file when you like: it goes as far as it can, then names the first blank that is still open.

import asyncio


async def callService(name, seconds, works):
    # Blank 1 (2 points): say that the call begins, exactly: Calling <name>
    blank(1)
    try:
        # Blank 2 (3 points): wait that many seconds without blocking (a cancellation arrives here)
        blank(2)
        # Blank 3 (3 points): if it does not work, raise a ConnectionError with the text: <name> is down
        blank(3)
        # Blank 4 (2 points): give the caller the text: Answer of <name>
        blank(4)
    finally:
        # Blank 5 (3 points): the cleanup, however the call has ended: say exactly: Closing <name>
        blank(5)


async def callAll(services):
    answers = None
    try:
        # Blank 6 (4 points): a block in which a task group is open, under the name group
        if blank(6):
            # Blank 7 (4 points): tasks = a list with one task of the group for each (name, seconds, works)
            blank(7)
        # Blank 8 (3 points): answers = a list with what the tasks have returned, in the order of the services
        blank(8)
    # Blank 9 (4 points): which errors are caught: those of a service that does not work, and no others
    except* blank(9) as failures:
        # Blank 10 (2 points): for each error in failures.exceptions print a line, exactly: Failed: <error>
        blank(10)
    return answers


async def callWithLimit(name, seconds, limit):
    answer = None
    try:
        # Blank 11 (3 points): a block that may take at most limit seconds
        if blank(11):
            # Blank 12 (2 points): what callService gives for name and seconds; the service works
            answer = await blank(12)
    except TimeoutError:
        print(f"Too slow: {name}")
    return answer


async def main():
    print(await callAll([("users", 0.3, True), ("stock", 0.1, True)]))
    print(await callAll([("users", 0.3, True), ("stock", 0.1, True), ("orders", 0.2, False)]))
    print(await callWithLimit("news", 0.1, 0.5))
    print(await callWithLimit("report", 5.0, 0.5))


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
